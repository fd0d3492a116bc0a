import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { languageNames } from "../../../shared/languages.ts";
import { maxQuestions } from "../../../shared/questions.ts";
import type { QuestionScopeView } from "../../../shared/views/questions.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { type ScopeView, ScopeList } from "../../components/scopes.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./questions.module.css";

const QuestionsDialog = lazyPart(() => import("./questions-dialog.tsx"), "QuestionsDialog");

type Open = { scope: QuestionScopeView; view: ScopeView };

/** The questions that the landing page asks purchasers in addition to the contact. */
export function QuestionsPage() {
  const questions = useQuery(trpc.questions.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Questions"
        note="What the landing page asks purchasers, in addition to the contact. The questions of a plan replace those of its offer, which replace the default."
      />
      <p className={styles.questionsNote}>
        At most {maxQuestions} questions in {Object.values(languageNames).join(", ")}; English is shown where a language
        is missing. Answers are shown with the subscription, and your product receives them with its events and with the
        handoff.
      </p>
      {questions.error && !questions.data ? (
        <Problem error={questions.error} onRetry={() => void questions.refetch()} />
      ) : !questions.data ? (
        <Skeleton height={320} />
      ) : (
        <ScopeList
          of="questions"
          scopes={questions.data}
          summary={(scope) => <Summary scope={scope} />}
          blockedReason="Only an admin can set the questions of the landing page."
          open={(scope, view) => setOpen({ scope, view })}
        />
      )}
      <Suspense>
        {open && questions.data && (
          <QuestionsDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            scopes={questions.data}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

function Summary({ scope: { own, active } }: { scope: QuestionScopeView }) {
  const count = active?.questions?.length ?? 0;
  if (!active || count === 0) return <p className="dim">No questions</p>;
  if (own?.id === active.id) return <p>{active.questions?.map(({ label }) => label.en).join(" · ")}</p>;
  return (
    <p className="dim">
      Inherited from {active.offerId === null ? "all offers" : "the offer"}: {countOf(count, "question")}
    </p>
  );
}
