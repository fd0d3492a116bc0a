import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { Answer } from "../../../shared/questions.ts";
import { includesRole } from "../../../shared/roles.ts";
import { Button } from "../../components/button.tsx";
import { DetailsItem } from "../../components/details-list.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { trpc } from "../../trpc.ts";
import { answerText } from "./answer-text.ts";

const AnswersDialog = lazyPart(() => import("./answers-dialog.tsx"), "AnswersDialog");

type Props = { subscriptionId: string; answers: Answer[] };

/** The purchaser's answers from the landing page. Staff can correct them and add missing ones. */
export function Answers({ subscriptionId, answers }: Props) {
  const me = useQuery(trpc.me.get.queryOptions());
  const [isOpen, setOpen] = useState(false);
  const canEdit = me.data !== undefined && includesRole(me.data.role, "operator");
  const found = useQuery(trpc.questions.ofSubscription.queryOptions({ id: subscriptionId }));
  const questions = found.data?.questions ?? [];
  const open = questions.filter(({ id }) => !answers.some((answer) => answer.id === id));
  const title = answers.length === 0 ? "Enter answers" : "Edit answers";
  if (answers.length === 0 && open.length === 0) return null;
  return (
    <>
      {answers.map(({ id, question, answer }) => (
        <DetailsItem key={id} label={question} isSentence>
          {answerText(answer)}
        </DetailsItem>
      ))}
      {open.map(({ id, label }) => (
        <DetailsItem key={id} label={label.en ?? id} isSentence>
          <span className="dim">No answer yet</span>
        </DetailsItem>
      ))}
      {canEdit && (
        <DetailsItem label="Answers">
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            {title}…
          </Button>
        </DetailsItem>
      )}
      <Suspense>
        {isOpen && <AnswersDialog title={title} subscriptionId={subscriptionId} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
