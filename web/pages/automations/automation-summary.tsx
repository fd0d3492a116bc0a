import { useQuery } from "@tanstack/react-query";
import type { AutomationView } from "../../../shared/views/automations.ts";
import { trpc } from "../../trpc.ts";
import { ifWords, whenWords } from "./automation-words.ts";
import * as styles from "./automations.module.css";

/** What an automation does, in three lines. */
export function AutomationSummary({ rule, actionTexts }: Pick<AutomationView, "rule" | "actionTexts">) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  return (
    <dl className={styles.automationWords}>
      <div>
        <dt>When</dt>
        <dd>{whenWords(rule)}</dd>
      </div>
      <div>
        <dt>If</dt>
        <dd>{ifWords(rule, facets.data)}</dd>
      </div>
      <div>
        <dt>Then</dt>
        <dd>
          {actionTexts.length === 1 ? (
            actionTexts[0]
          ) : (
            <ol>
              {actionTexts.map((text, place) => (
                <li key={place}>{text}</li>
              ))}
            </ol>
          )}
        </dd>
      </div>
    </dl>
  );
}
