import { NativeSelect, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import {
  channelKindLabels,
  maxEscalationSteps,
  type SetEscalationInput,
  setEscalationInput,
} from "../../../shared/notifications.ts";
import type { ChannelsView, ChannelView, MailView, TestSent } from "../../../shared/views/notifications.ts";
import { Button } from "../../components/button.tsx";
import { SaveFooter } from "../../components/form-footer.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { KindsField } from "../notifications/kinds-field.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./channels.module.css";

const dialogs = () => import("./channel-dialogs.tsx");
const AddChannelDialog = lazyPart(dialogs, "AddChannelDialog");
const ChannelRulesDialog = lazyPart(dialogs, "ChannelRulesDialog");
const RemoveChannelDialog = lazyPart(dialogs, "RemoveChannelDialog");

type Ask = { what: "add" } | { what: "rules" | "remove"; channel: ChannelView };

export function ChannelsPage() {
  const list = useQuery(trpc.channels.list.queryOptions());
  const [ask, setAsk] = useState<Ask | null>(null);
  const { data } = list;
  const close = () => setAsk(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Channels"
        note="How messages about needs reach staff: email, Teams and Slack. Each person chooses their own messages under Notifications."
      >
        <Button size="sm" onClick={() => setAsk({ what: "add" })} disabled={!data}>
          Add channel…
        </Button>
      </PageHeader>
      {list.error && !data ? (
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      ) : !data ? (
        <Skeleton height={320} />
      ) : (
        <>
          <Channels data={data} ask={setAsk} />
          <EscalationForm data={data} />
        </>
      )}
      <Suspense>
        {data && ask?.what === "add" && <AddChannelDialog trialAddresses={data.trialAddresses} onClose={close} />}
        {data && ask?.what === "rules" && (
          <ChannelRulesDialog
            channel={data.channels.find(({ id }) => id === ask.channel.id) ?? null}
            name={ask.channel.name}
            data={data}
            onClose={close}
          />
        )}
        {ask?.what === "remove" && <RemoveChannelDialog channel={ask.channel} onClose={close} />}
      </Suspense>
    </div>
  );
}

function Channels({ data, ask }: { data: ChannelsView; ask(next: Ask): void }) {
  return (
    <ul className={styles.channels} aria-label="Channels">
      <MailLine mail={data.mail} />
      {data.push && (
        <li className={styles.channel}>
          <div>
            <h2>Browser notifications</h2>
            <p className="dim">
              Sent to the browsers in which staff have turned on notifications. Each person can send a test under
              Notifications.
            </p>
          </div>
          <Deliveries of={data.push} />
        </li>
      )}
      {data.channels.map((channel) => (
        <ChannelLine key={channel.id} channel={channel} ask={ask} />
      ))}
      {data.channels.length === 0 && (
        <li>
          <Empty title="No Teams or Slack channels yet">
            Add a channel to show its members what needs attention, with buttons that lead to Marketdesk.
          </Empty>
        </li>
      )}
    </ul>
  );
}

function useTest() {
  const queryClient = useQueryClient();
  const [result, setResult] = useState<string | null>(null);
  return {
    result,
    async run(send: () => Promise<TestSent>) {
      setResult(null);
      try {
        const { isDelivered, problem } = await send();
        setResult(isDelivered ? "The test was delivered." : `The test was not delivered: ${problem ?? "no response"}`);
        if (isDelivered) announce("The test was delivered");
      } catch (error) {
        setResult(messageOf(error, true));
      }
      await queryClient.invalidateQueries(trpc.channels.pathFilter());
    },
  };
}

function MailLine({ mail }: { mail: MailView }) {
  const test = useMutation(trpc.channels.testMail.mutationOptions());
  const { result, run } = useTest();
  return (
    <li className={styles.channel}>
      <div>
        <h2>Email</h2>
        <p className="dim">
          {mail === null
            ? "No mail server is configured. Set MAIL_FROM with SMTP_URL or MAIL_TRANSPORT=graph, then restart Marketdesk."
            : "Sent to staff and purchasers through the configured mail server."}
        </p>
      </div>
      <Deliveries of={mail} />
      <div className={styles.channelActions}>
        {mail && (
          <Button
            variant="default"
            size="compact-sm"
            loading={test.isPending}
            onClick={() => void run(() => test.mutateAsync())}
          >
            Send test email
          </Button>
        )}
      </div>
      <p role="status" className={styles.channelResult}>
        {result}
      </p>
    </li>
  );
}

function ChannelLine({ channel, ask }: { channel: ChannelView; ask(next: Ask): void }) {
  const { id, kind, name, host, settings } = channel;
  const test = useMutation(trpc.channels.test.mutationOptions());
  const { result, run } = useTest();
  const of = <span className="sr-only"> of {name}</span>;
  return (
    <li className={styles.channel}>
      <div>
        <h2>
          {name} <span className="dim">{channelKindLabels[kind]}</span>
        </h2>
        <p className="dim">
          {host} · {settings.rules.length === 0 ? "No messages chosen" : countOf(settings.rules.length, "rule")}
        </p>
      </div>
      <Deliveries of={channel} />
      <div className={styles.channelActions}>
        <Button variant="default" size="compact-sm" onClick={() => ask({ what: "rules", channel })}>
          Choose messages…{of}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          loading={test.isPending}
          onClick={() => void run(() => test.mutateAsync({ id }))}
        >
          Send test{of}
        </Button>
        <Button variant="default" size="compact-sm" onClick={() => ask({ what: "remove", channel })}>
          Remove…{of}
        </Button>
      </div>
      <p role="status" className={styles.channelResult}>
        {result}
      </p>
    </li>
  );
}

function Deliveries({ of }: { of: MailView }) {
  if (of === null) return <p className="dim">Off</p>;
  const { state, failingSince, deliveredAt, waiting, problem } = of;
  const label =
    state === "disabled"
      ? "Disabled: its address no longer exists"
      : state === "paused"
        ? "Paused until a test arrives"
        : failingSince
          ? "Failing; still retrying"
          : "Active";
  return (
    <div>
      <p>{label}</p>
      <p className="dim">
        {waiting > 0 && `${countOf(waiting, "message")} waiting. `}
        {problem ??
          (deliveredAt ? (
            <>
              Last delivery <Ago at={deliveredAt} />
            </>
          ) : (
            "No delivery yet"
          ))}
      </p>
    </div>
  );
}

function EscalationForm({ data }: { data: ChannelsView }) {
  const queryClient = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const set = useMutation(
    trpc.channels.setEscalation.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.channels.pathFilter()),
    }),
  );
  const { form, submit, problem, isSending, draftStatus } = useSettingsForm<SetEscalationInput, unknown>({
    subject: "escalation list",
    schema: setEscalationInput,
    stored: { ...data.escalation, seenVersion: data.escalationVersion },
    changedByName: data.escalationChanged?.byName,
    changedAt: data.escalationChanged?.at,
    send: set.mutateAsync,
    onSaved: () => announce("Saved. The list applies to new needs."),
    failedTitle: "The escalation list was not saved",
    hasPlainFields: true,
  });
  const { people, afterHours, kinds } = form.values;
  const change = (changes: Partial<SetEscalationInput>) => form.setValues(changes);
  const free = data.people.filter(({ id }) => !people.includes(id));
  const nameOf = (id: string) =>
    data.people.find((person) => person.id === id)?.name ?? "Someone who can no longer act";

  function remove(id: string) {
    change({ people: people.filter((other) => other !== id) });
    heading.current?.focus();
  }

  return (
    <form className={styles.escalation} noValidate onSubmit={submit}>
      <h2 ref={heading} tabIndex={-1}>
        Escalation
      </h2>
      <p className="dim">
        If no one picks up, snoozes or resolves a need in time, the first person on this list gets an email, then the
        next one.
      </p>
      <NumberField
        label="Hours for each step"
        w={220}
        value={afterHours}
        onChange={(hours) => change({ afterHours: hours ?? Number.NaN })}
      />
      {people.length === 0 ? (
        <p className="dim">No one is on the list, so needs are not escalated.</p>
      ) : (
        <ol className={styles.escalationPeople}>
          {people.map((id) => (
            <li key={id}>
              <span>{nameOf(id)}</span>
              <Button variant="default" size="compact-sm" onClick={() => remove(id)}>
                Remove<span className="sr-only"> {nameOf(id)}</span>
              </Button>
            </li>
          ))}
        </ol>
      )}
      {people.length < maxEscalationSteps && free.length > 0 && (
        <NativeSelect
          label="Add person"
          w={320}
          maw="100%"
          data={[{ value: "", label: "Choose a person" }, ...free.map(({ id, name }) => ({ value: id, label: name }))]}
          value=""
          onChange={(event) => event.currentTarget.value && change({ people: [...people, event.currentTarget.value] })}
        />
      )}
      <KindsField kinds={kinds} choices={data.kinds} isDisabled={false} onChange={(next) => change({ kinds: next })} />
      <DraftStatusLine of={draftStatus} what="this list" />
      <SaveFooter problem={problem} isSending={isSending} />
    </form>
  );
}
