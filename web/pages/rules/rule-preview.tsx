import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { PreviewRuleInput } from "../../../shared/inputs/change-rules.ts";
import type { RefusedChangeView, RulePreviewView } from "../../../shared/views/change-rules.ts";
import { Ago } from "../../components/time.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./rules.module.css";

/** Which recent changes the rule would have rejected. `input` is null while the values are invalid. */
export function RulePreview({ input }: { input: PreviewRuleInput | null }) {
  const [asked] = useDebouncedValue(input, 300);
  const preview = useQuery(trpc.rules.preview.queryOptions(asked ?? skipToken, { placeholderData: keepPreviousData }));
  return (
    <section className={styles.rulePreview} aria-label="Preview of the rule" aria-busy={preview.isFetching}>
      <p role="status">
        {input === null
          ? "Correct the values to preview the rule."
          : preview.data
            ? inWords(preview.data)
            : preview.error
              ? messageOf(preview.error)
              : "Checking recent changes…"}
      </p>
      {input !== null && preview.data && preview.data.examples.length > 0 && <Examples preview={preview.data} />}
    </section>
  );
}

function inWords({ days, changes, refused, refusedNow }: RulePreviewView): string {
  if (changes === 0) return `No customer changes in the last ${days} days.`;
  const sum = `This rule would have rejected ${formatNumber(refused)} of ${countOf(changes, "customer change")} in the last ${days} days`;
  return refused === refusedNow
    ? `${sum}, the same as the current rules.`
    : `${sum}; the current rules, ${formatNumber(refusedNow)}.`;
}

function Examples({ preview: { examples, refused } }: { preview: RulePreviewView }) {
  return (
    <details>
      <summary>{examples.length < refused ? `Latest ${examples.length} rejected changes` : "Rejected changes"}</summary>
      <ul>
        {examples.map((example) => (
          <li key={example.operationId}>
            <Link to="/subscriptions/$id" params={{ id: example.subscriptionId }}>
              {example.subscriptionName}
            </Link>
            : {changeText(example)}, <Ago at={example.at} />
            <br />
            <span className="dim">{example.why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function changeText({ action, previousPlanName, previousQuantity, planName, quantity }: RefusedChangeView): string {
  if (action === "ChangePlan") return `${previousPlanName} → ${planName}`;
  const from = previousQuantity === null ? "" : `${formatNumber(previousQuantity)} → `;
  return `${from}${quantity === null ? "unknown number of seats" : countOf(quantity, "seat")}`;
}
