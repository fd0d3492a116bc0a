/** Starts, stops, resumes and retries a bulk run. */
import { TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { confirmationFor } from "../../../shared/bulk.ts";
import type { BulkRunView } from "../../../shared/views/bulk.ts";
import { announce } from "../../shell/announce.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { fieldProblems, messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as styles from "./bulk.module.css";

export function BulkControls({ run }: { run: BulkRunView }) {
  const { id, counts, state } = run;
  const [confirmation, setConfirmation] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const onError = (error: unknown) => {
    setProblem(fieldProblems(error)["confirmation"] ?? null);
    announce(messageOf(error, true));
  };
  const start = useMutation(
    trpc.bulk.start.mutationOptions({
      onError,
      onSuccess: () => announce(state === "stopped" ? "Resumed" : "Started"),
    }),
  );
  const retry = useMutation(trpc.bulk.retry.mutationOptions({ onError, onSuccess: () => announce("Resumed") }));
  const { failed } = counts;
  const isCancel = run.action.kind === "cancel";
  const notOwnerReason = run.isMine ? null : `Only ${run.byName}, who created this run, can start it.`;
  const canStart = state !== "finished" && counts.ready > 0;
  // A retry also processes the rows that a stopped run left. A cancellation is resumed first, so that its phrase is typed only once.
  const canRetry = failed > 0 && !(isCancel && canStart);
  const confirmationPhrase = confirmationFor(canStart ? counts.ready : failed);
  const input = { id, ...(isCancel ? { confirmation } : {}) };
  function begin() {
    setProblem(null);
    if (notOwnerReason !== null) return;
    if (canStart) start.mutate(input);
    else if (isCancel && canRetry) retryFailed();
  }
  function retryFailed() {
    setProblem(null);
    retry.mutate(input);
  }
  if (state === "running") return <StopButton run={run} />;
  return (
    <form
      className={styles.bulkSteering}
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      {isCancel && (canStart || canRetry) && run.isMine && (
        <TextInput
          size="xs"
          label={`Type “${confirmationPhrase}” to confirm`}
          value={confirmation}
          error={problem}
          onChange={(event) => setConfirmation(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      {state !== "finished" && (
        <GuardedButton
          size="compact-sm"
          className={isCancel ? buttonStyles.dangerFilled : undefined}
          loading={start.isPending}
          blockedReason={
            notOwnerReason ?? (counts.ready === 0 ? "None of these subscriptions can be changed now." : null)
          }
          onClick={begin}
        >
          {state === "stopped" ? "Resume:" : "Apply to"} {countOf(counts.ready, "subscription")}
        </GuardedButton>
      )}
      {canRetry && (
        <GuardedButton
          size="compact-sm"
          variant="default"
          className={isCancel ? buttonStyles.dangerFilled : undefined}
          loading={retry.isPending}
          blockedReason={notOwnerReason}
          onClick={retryFailed}
        >
          Retry the {formatNumber(failed)} that failed
        </GuardedButton>
      )}
    </form>
  );
}

function StopButton({ run }: { run: BulkRunView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const stop = useMutation(
    trpc.bulk.stop.mutationOptions({
      onError: (error) => announce(messageOf(error, true)),
      onSuccess: () => announce("Stopped"),
    }),
  );
  return (
    <GuardedButton
      variant="default"
      size="compact-sm"
      loading={stop.isPending}
      blockedReason={
        run.isMine || me.data?.role === "admin" ? null : `Only ${run.byName} or an admin can stop this run.`
      }
      onClick={() => stop.mutate({ id: run.id })}
    >
      Stop
    </GuardedButton>
  );
}
