import { IconBolt, IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { includesRole } from "../../../shared/roles.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { Ago } from "../../components/time.tsx";
import { announce } from "../../shell/announce.tsx";
import { messageOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { trpc, type Subscription } from "../../trpc.ts";
import * as calloutStyles from "../../components/callout.module.css";
import * as styles from "./planned-changes.module.css";

type Automations = Subscription["automations"];

/** Changes that automations propose for a subscription, and actions that failed. */
export function OpenAutomations({ automations: { proposals, problems } }: { automations: Automations }) {
  return (
    <>
      {problems.length > 0 && (
        <section className={calloutStyles.callout} data-tone="warn" aria-label="Automations that could not act">
          <IconAlertTriangle size={18} aria-hidden />
          <ul className={styles.plannedList}>
            {problems.map((problem) => (
              <Problem key={problem.id} problem={problem} />
            ))}
          </ul>
        </section>
      )}
      {proposals.length > 0 && (
        <section className={calloutStyles.callout} data-tone="info" aria-label="Proposed changes">
          <IconBolt size={18} aria-hidden />
          <ul className={styles.plannedList}>
            {proposals.map((proposal) => (
              <Proposal key={proposal.id} proposal={proposal} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Refreshes the page after an answer. */
function useAnswer() {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const isOperator = me.data !== undefined && includesRole(me.data.role, "operator");
  return {
    blockedReason: isOperator ? null : "You need the Operator role for this.",
    optionsFor: (done: string) => ({
      onSuccess: () => announce(done),
      onError: (error: unknown) => announce(messageOf(error, true)),
      onSettled: async () => {
        await queryClient.invalidateQueries(trpc.plannedChanges.pathFilter());
        await queryClient.invalidateQueries(trpc.subscriptions.pathFilter());
      },
    }),
  };
}

function Proposal({ proposal }: { proposal: Automations["proposals"][number] }) {
  const { id, summary, inDays, automationName, proposedAt } = proposal;
  const { blockedReason, optionsFor } = useAnswer();
  const confirm = useMutation(trpc.automations.confirm.mutationOptions(optionsFor(`Planned: ${summary}`)));
  const decline = useMutation(trpc.automations.decline.mutationOptions(optionsFor(`Declined: ${summary}`)));
  const isPending = confirm.isPending || decline.isPending;
  return (
    <li>
      <p>
        <strong>{summary}</strong>,{" "}
        {inDays === null ? "at the end of the term" : `${countOf(inDays, "day")} after you confirm it`}
      </p>
      <p className="dim">
        Proposed by the automation “{automationName}” <Ago at={proposedAt} />. Nothing changes unless you confirm.
      </p>
      <p className={styles.plannedButtons}>
        <GuardedButton
          variant="default"
          size="compact-sm"
          blockedReason={blockedReason}
          loading={confirm.isPending}
          disabled={isPending}
          onClick={() => confirm.mutate({ id })}
        >
          Confirm<span className="sr-only">: {summary}</span>
        </GuardedButton>
        <GuardedButton
          variant="default"
          size="compact-sm"
          blockedReason={blockedReason}
          loading={decline.isPending}
          disabled={isPending}
          onClick={() => decline.mutate({ id })}
        >
          Decline<span className="sr-only">: {summary}</span>
        </GuardedButton>
      </p>
    </li>
  );
}

function Problem({ problem }: { problem: Automations["problems"][number] }) {
  const { id, automationName, texts, at } = problem;
  const { blockedReason, optionsFor } = useAnswer();
  const dismiss = useMutation(
    trpc.automations.dismiss.mutationOptions(optionsFor(`Dismissed: problem of ${automationName}`)),
  );
  return (
    <li>
      <p>
        The automation <strong>“{automationName}”</strong> could not act <Ago at={at} />. {texts.join(" ")}
      </p>
      <p className={styles.plannedButtons}>
        <GuardedButton
          variant="default"
          size="compact-sm"
          blockedReason={blockedReason}
          loading={dismiss.isPending}
          onClick={() => dismiss.mutate({ id })}
        >
          Dismiss<span className="sr-only">: problem of {automationName}</span>
        </GuardedButton>
      </p>
    </li>
  );
}
