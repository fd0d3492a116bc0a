/** Sends the messages of a time range again. */
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ResendInput, resendInput } from "../../../shared/inputs/outbox.ts";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { Problem } from "../../components/problem.tsx";
import { announce } from "../../shell/announce.tsx";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { type EndpointDialogProps, type EndpointFormProps, useRefresh } from "./endpoint-reason.ts";
import * as formStyles from "../../components/form.module.css";

export function ResendDialog({ endpoint, onClose }: EndpointDialogProps) {
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

type Counted = ReturnType<typeof useResendCount>;

/** How many messages would be sent; `count` is null as long as that is not known. */
function useResendCount(endpointId: string, { kind, since }: ResendValues) {
  const at = new Date(since);
  const input = resendInput.safeParse({ endpointId, kind, since: Number.isNaN(at.getTime()) ? "" : at.toISOString() });
  const { data, error, refetch } = useQuery(
    trpc.endpoints.countResend.queryOptions(
      input.success ? input.data : { endpointId, kind: "failed", since: new Date(0).toISOString() },
      { enabled: input.success, staleTime: 0 },
    ),
  );
  const count = input.success ? (data?.count ?? null) : null;
  return { input: input.data, count, error, refusedSince: fieldProblems(error)["since"], refetch };
}

function sendBlockedReason({ input, count, error, refusedSince }: Counted): string | null {
  if (!input) return "Enter a date and time.";
  if (refusedSince !== undefined) return refusedSince;
  if (count === 0) return "There are no messages to send again since then.";
  if (count !== null) return null;
  return error ? "The messages could not be counted." : "The messages are still being counted.";
}

function countText({ input, count, error }: Counted): string {
  if (count === 0) return "No messages to send again since then.";
  if (count !== null)
    return `${countOf(count, "message")} will be sent, each with its own ID, so your product recognizes what it has. You can stop this on the endpoint's page.`;
  if (error) return "";
  return input ? "Counting…" : "Enter a date and time.";
}

function ResendForm({ endpoint, close }: EndpointFormProps) {
  const resend = useMutation(trpc.endpoints.resend.mutationOptions(useRefresh()));
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [yesterday] = useState(() => localMinutes(new Date(Date.now() - dayMs)));
  const form = useForm<ResendValues>({ initialValues: { kind: "failed", since: yesterday } });
  const counted = useResendCount(endpoint.id, form.values);
  const { input, count, refusedSince } = counted;
  async function send() {
    if (!input || !count) return;
    setProblem(null);
    try {
      const sent = await resend.mutateAsync({ ...input, maxCount: count });
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
        {countText(counted)}
      </p>
      {input && count === null && counted.error && !refusedSince && (
        <Problem error={counted.error} onRetry={() => void counted.refetch()} />
      )}
      <FormFooter
        problem={problem}
        blockedReason={sendBlockedReason(counted)}
        submitLabel={count ? `Send ${countOf(count, "message")}` : "Send again"}
        isSending={resend.isPending}
        close={close}
      />
    </form>
  );
}
