/** Dialogs of one endpoint: pause, remove, rotate the secret, send again. */
import { TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import {
  type ReasonedEndpointInput,
  type ResendInput,
  reasonedEndpointInput,
  resendInput,
  rotateSecretInput,
} from "../../../shared/inputs/outbox.ts";
import { defaultRotationHours, rotationHours } from "../../../shared/outbox.ts";
import type { EndpointView } from "../../../shared/views/endpoints.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { Problem } from "../../components/problem.tsx";
import { announce } from "../../shell/announce.tsx";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { EndpointSecret } from "./endpoint-form.tsx";
import * as formStyles from "../../components/form.module.css";

type Props = { endpoint: EndpointView; onClose(): void };
type FormProps = { endpoint: EndpointView; close(): void };

function useRefresh() {
  const queryClient = useQueryClient();
  return {
    async onSettled() {
      await queryClient.invalidateQueries(trpc.endpoints.pathFilter());
      await queryClient.invalidateQueries(trpc.messages.pathFilter());
    },
  };
}

type ReasonedOptions = FormProps & {
  send(input: ReasonedEndpointInput): Promise<unknown>;
  /** The new state of the endpoint, such as `paused`. */
  done: string;
};

/** The form of an action that takes only a reason. */
function useReasonedForm({ endpoint, close, send, done }: ReasonedOptions) {
  return useActionForm({
    subject: `${done} endpoint ${endpoint.id}`,
    schema: reasonedEndpointInput,
    initialValues: { id: endpoint.id, reason: "" },
    send,
    successMessage: `Endpoint “${endpoint.name}” ${done}`,
    close,
  });
}

export function PauseDialog({ endpoint, onClose }: Props) {
  return (
    <Dialog title={`Pause endpoint “${endpoint.name}”`} onClose={onClose}>
      {(close) => <PauseForm endpoint={endpoint} close={close} />}
    </Dialog>
  );
}

function PauseForm({ endpoint, close }: FormProps) {
  const pause = useMutation(trpc.endpoints.pause.mutationOptions(useRefresh()));
  const action = useReasonedForm({ endpoint, close, send: pause.mutateAsync, done: "paused" });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Messages to this endpoint are kept and sent in order when you resume it. A message that is being sent now may
          still arrive.
        </p>
      }
      submitLabel="Pause endpoint"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function RemoveDialog({ endpoint, onClose }: Props) {
  return (
    <Dialog title={`Remove endpoint “${endpoint.name}”`} onClose={onClose}>
      {(close) => <RemoveForm endpoint={endpoint} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ endpoint, close }: FormProps) {
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.endpoints.remove.mutationOptions({
      ...useRefresh(),
      // Before the refresh: without its endpoint this page would say that it was not found.
      onSuccess: () => navigate({ to: "/settings/endpoints" }),
    }),
  );
  const action = useReasonedForm({ endpoint, close, send: remove.mutateAsync, done: "removed" });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Its secret is deleted
          {endpoint.waiting > 0 && `, and ${countOf(endpoint.waiting, "waiting message")} will not be sent`}. This
          cannot be undone. The messages that were sent stay listed for their retention.
        </p>
      }
      submitLabel="Remove endpoint"
      cancelLabel="Keep endpoint"
      isDangerous
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function RotateDialog({ endpoint, onClose }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Dialog title={secret ? "New secret of the endpoint" : `Rotate secret of “${endpoint.name}”`} onClose={onClose}>
      {(close) =>
        secret ? (
          <EndpointSecret secret={secret} close={close} />
        ) : (
          <RotateForm endpoint={endpoint} onRotated={setSecret} close={close} />
        )
      }
    </Dialog>
  );
}

const overlapLabels: Record<(typeof rotationHours)[number], string> = {
  0: "Not at all: it stops immediately, for a secret that may have leaked",
  1: "For 1 hour",
  24: "For 24 hours",
  72: "For 3 days",
};

function RotateForm({ endpoint, onRotated, close }: FormProps & { onRotated(secret: string): void }) {
  const rotate = useMutation(trpc.endpoints.rotate.mutationOptions(useRefresh()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const form = useForm<{ id: string; overlapHours: (typeof rotationHours)[number] }>({
    initialValues: { id: endpoint.id, overlapHours: defaultRotationHours },
    validate: schemaResolver(rotateSecretInput, { sync: true }),
  });
  async function send(values: typeof form.values) {
    setProblem(null);
    try {
      onRotated((await rotate.mutateAsync(values)).secret);
    } catch (error) {
      setProblem(problemOf(error, "The secret was not rotated"));
    }
  }
  return (
    <form onSubmit={form.onSubmit((values) => void send(values))} noValidate className={formStyles.form}>
      <p className={formStyles.consequences}>
        The new secret signs all messages from now on. While both secrets sign, your product accepts messages with
        either of them, so you can replace the secret there without losing any.
      </p>
      <fieldset className={formStyles.choice}>
        <legend>The earlier secret also signs</legend>
        {rotationHours.map((hours) => (
          <label key={hours}>
            <input
              type="radio"
              name="overlap"
              checked={form.values.overlapHours === hours}
              onChange={() => form.setFieldValue("overlapHours", hours)}
            />
            <span>{overlapLabels[hours]}</span>
          </label>
        ))}
      </fieldset>
      <FormFooter
        problem={problem}
        submitLabel="Rotate secret"
        isSending={rotate.isPending}
        lostAnswerNote="The secret was in the response and cannot be shown again. Rotate the secret again."
        close={close}
      />
    </form>
  );
}

export function ResendDialog({ endpoint, onClose }: Props) {
  return (
    <Dialog title={`Send messages to “${endpoint.name}” again`} onClose={onClose}>
      {(close) => <ResendForm endpoint={endpoint} close={close} />}
    </Dialog>
  );
}

type ResendValues = { kind: ResendInput["kind"]; since: string };

/** Local time without seconds, as `datetime-local` has it. */
function localMinutes(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

const dayMs = 24 * 3_600_000;

/** @param count null: not known */
function whyNotSent(count: number | null, error: unknown): string | null {
  if (count === 0) return "There are no messages to send again since then.";
  if (count !== null) return null;
  return error ? "The messages could not be counted." : "The messages are still being counted.";
}

function ResendForm({ endpoint, close }: FormProps) {
  const resend = useMutation(trpc.endpoints.resend.mutationOptions(useRefresh()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [yesterday] = useState(() => localMinutes(new Date(Date.now() - dayMs)));
  const form = useForm<ResendValues>({ initialValues: { kind: "failed", since: yesterday } });
  const since = new Date(form.values.since);
  const input = resendInput.safeParse({
    endpointId: endpoint.id,
    kind: form.values.kind,
    since: Number.isNaN(since.getTime()) ? "" : since.toISOString(),
  });
  const counted = useQuery(
    trpc.endpoints.countResend.queryOptions(
      input.success ? input.data : { endpointId: endpoint.id, kind: "failed", since: new Date(0).toISOString() },
      { enabled: input.success, staleTime: 0 },
    ),
  );
  const count = input.success ? (counted.data?.count ?? null) : null;
  const refusedSince = fieldProblems(counted.error)["since"];
  const whyNot = input.success ? (refusedSince ?? whyNotSent(count, counted.error)) : "Enter a date and time.";
  async function send() {
    if (!input.success || !count) return;
    setProblem(null);
    try {
      const sent = await resend.mutateAsync({ ...input.data, maxCount: count });
      announce(`${countOf(sent.count, "message")} queued again`);
      close();
    } catch (error) {
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error, "Nothing was sent again"));
      void counted.refetch();
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      noValidate
      className={formStyles.form}
    >
      <fieldset className={formStyles.choice}>
        <legend>Messages</legend>
        <label>
          <input
            type="radio"
            name="kind"
            checked={form.values.kind === "failed"}
            onChange={() => form.setFieldValue("kind", "failed")}
          />
          <span>Failed and stopped messages</span>
        </label>
        <label>
          <input
            type="radio"
            name="kind"
            checked={form.values.kind === "missing"}
            onChange={() => form.setFieldValue("kind", "missing")}
          />
          <span>Missing events: never sent to this endpoint</span>
        </label>
      </fieldset>
      <TextInput
        type="datetime-local"
        label="Since"
        description="In your time zone."
        {...form.getInputProps("since")}
        error={form.errors["since"] ?? refusedSince}
      />
      <p className={formStyles.consequences} role="status">
        {count === null
          ? counted.error
            ? ""
            : input.success
              ? "Counting…"
              : "Enter a date and time."
          : count === 0
            ? "No messages to send again since then."
            : `${countOf(count, "message")} will be sent, each with its own ID, so your product recognizes what it has. You can stop this on the endpoint's page.`}
      </p>
      {input.success && count === null && counted.error && !refusedSince && (
        <Problem error={counted.error} onRetry={() => void counted.refetch()} />
      )}
      <FormFooter
        problem={problem}
        whyNot={whyNot}
        submitLabel={count ? `Send ${countOf(count, "message")}` : "Send again"}
        isSending={resend.isPending}
        close={close}
      />
    </form>
  );
}
