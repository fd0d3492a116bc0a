import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerLatestMs } from "../../shared/lifecycle.ts";
import { includesRole } from "../../shared/roles.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { announce } from "../shell/announce.tsx";
import { useNow } from "../clock.ts";
import { messageOf } from "../words/problem.ts";
import { trpc } from "../trpc.ts";
import { GuardedButton } from "./guarded-button.tsx";
import { useOfferedReasons } from "./reason-choice.tsx";

/** Takes or turns down a change while Microsoft waits: one press each, because there are seconds only. */
export function AnswerOperation({ operation }: { operation: Pick<OperationView, "id" | "answerDueAt"> }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const now = useNow(1_000);
  const reasons = useOfferedReasons("refuse");
  const [chosen, setChosen] = useState<string | null>(null);
  const answer = useMutation(
    trpc.operations.answer.mutationOptions({
      onSuccess: (_, input) =>
        announce(
          input.answer === "accept" ? "Accepted; Microsoft is being told." : "Refused; Microsoft is being told.",
        ),
      onError: (error) => announce(messageOf(error, true)),
    }),
  );
  const isAllowed = me.data !== undefined && includesRole(me.data.role, "operator");
  const isLate = now > Date.parse(operation.answerDueAt ?? "") - answerLatestMs;
  const whyNot = isLate
    ? "Too late: Microsoft's 10 seconds are over, and it takes the change."
    : isAllowed
      ? null
      : "Only an operator can answer.";
  const reasonCode = chosen ?? reasons[0]?.id ?? null;
  const send = (input: { answer: "accept" | "reject"; reason: string; reasonCode: string | null }) =>
    answer.mutate({ operationId: operation.id, ...input });
  return (
    <div className="answer" role="group" aria-label="Answer Microsoft">
      <GuardedButton
        size="compact-sm"
        whyNot={whyNot}
        loading={answer.isPending}
        onClick={() => send({ answer: "accept", reason: "", reasonCode: null })}
      >
        Accept
      </GuardedButton>
      <GuardedButton
        variant="default"
        size="compact-sm"
        className={whyNot === null ? "danger" : undefined}
        whyNot={whyNot}
        loading={answer.isPending}
        onClick={() => send({ answer: "reject", reason: reasonCode ? "" : "Refused by staff", reasonCode })}
      >
        Refuse
      </GuardedButton>
      {reasons.length > 0 && whyNot === null && (
        <NativeSelect
          size="xs"
          aria-label="Why refuse"
          data={reasons.map(({ id, name }) => ({ value: id, label: name }))}
          value={reasonCode ?? ""}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
