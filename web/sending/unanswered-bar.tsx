/** Lists changes without an answer on all pages, until their outcome is known and read. */
import { CloseButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { formatTime } from "../text/format.ts";
import { isOpen, outcomeText } from "./send-error.ts";
import { dismissUnanswered, useUnanswered } from "./unanswered.ts";
import * as noticeLinesStyles from "../shell/notice-lines.module.css";

export function UnansweredBar() {
  const all = useUnanswered();
  const procedureLabel = useProcedureLabels();
  return (
    <div role="status" data-line="unanswered">
      {all.map(({ id, procedure, subscriptionId, at, outcome }) => {
        const { title, message } = outcomeText(outcome);
        const name = procedureLabel(procedure);
        return (
          <div key={id} className={noticeLinesStyles.unanswered}>
            <p>
              <strong>
                {name}, {formatTime(at)}: {title}.
              </strong>{" "}
              {message}{" "}
              {subscriptionId && (
                <Link to="/subscriptions/$id" params={{ id: subscriptionId }} preload={false}>
                  Open subscription
                </Link>
              )}
            </p>
            {!isOpen(outcome) && (
              <CloseButton size="sm" aria-label={`Close message: ${name}`} onClick={() => dismissUnanswered(id)} />
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Loaded after the first page, to keep its script small. */
function useProcedureLabels(): (procedure: string) => string {
  const [labelOf, setLabelOf] = useState<(procedure: string) => string>(() => () => "Change");
  useEffect(() => {
    void import("./procedure-labels.ts").then(
      ({ procedureLabel }) => setLabelOf(() => procedureLabel),
      () => {},
    );
  }, []);
  return labelOf;
}
