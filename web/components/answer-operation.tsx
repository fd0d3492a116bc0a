import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isReasoned } from "../../shared/inputs/parts.ts";
import { answerLatestMs, answerWindow } from "../../shared/lifecycle.ts";
import { includesRole } from "../../shared/roles.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { announce } from "../shell/announcement.ts";
import { useNow } from "../clock.ts";
import { clockSkewMs } from "../live/server-clock.ts";
import { messageOf } from "../text/call-errors.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";
import { useReasonChoices } from "./reason-choice.tsx";
import { useTextDraft } from "./use-draft.ts";
import * as styles from "./answer-operation.module.css";
import * as buttonStyles from "./button.module.css";

/**
 * Accepts or rejects a change while Microsoft waits. Accepting takes one click, because there are only seconds. A rejection needs
 * a reason, which is stored.
 */
export function AnswerOperation({ operation }: { operation: Pick<OperationView, "id" | "answerDueAt"> }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const now = useNow(1_000) + clockSkewMs();
  const [reasonCode, setReasonCode] = useState("");
  const reasons = useReasonChoices("refuse", reasonCode);
  const [reason, setReason] = useTextDraft(`answer ${operation.id}`);
  const answer = useMutation(
    trpc.operations.answer.mutationOptions({
      onSuccess: (_, input) => {
        setReason("");
        announce(input.answer === "accept" ? "Accepted. Notifying Microsoft…" : "Rejected. Notifying Microsoft…");
      },
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  const isLate = now > Date.parse(operation.answerDueAt ?? "") - answerLatestMs;
  const blockedReason = isLate
    ? `Deadline missed: Microsoft makes the change after ${answerWindow}.`
    : isAllowed
      ? null
      : "You need the Operator role to respond.";
  const isGiven = isReasoned({ reason: reason.trim(), reasonCode });
  const send = (input: { answer: "accept" | "reject"; reason: string; reasonCode: string | null }) =>
    answer.mutate({ operationId: operation.id, ...input });
  return (
    <div className={styles.answer} role="group" aria-label="Respond to Microsoft">
      <GuardedButton
        size="compact-sm"
        blockedReason={blockedReason}
        loading={answer.isPending}
        onClick={() => send({ answer: "accept", reason: "", reasonCode: null })}
      >
        Accept
      </GuardedButton>
      {blockedReason === null && (
        <>
          {reasons.length > 0 && (
            <NativeSelect
              size="xs"
              aria-label="Reason for rejecting"
              className={styles.answerReason}
              data={[{ value: "", label: "Reason for rejecting…" }, ...reasons]}
              value={reasonCode}
              onChange={(event) => setReasonCode(event.currentTarget.value)}
            />
          )}
          <TextInput
            size="xs"
            aria-label="Reason for rejecting, in your own words"
            className={styles.answerReason}
            placeholder={reasons.length > 0 ? "Or write a reason" : "Reason for rejecting"}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </>
      )}
      <GuardedButton
        variant="default"
        size="compact-sm"
        className={blockedReason === null && isGiven ? buttonStyles.danger : undefined}
        blockedReason={blockedReason ?? (isGiven ? null : "Choose a reason or write one.")}
        loading={answer.isPending}
        onClick={() => send({ answer: "reject", reason, reasonCode: reasonCode || null })}
      >
        Reject
      </GuardedButton>
    </div>
  );
}
