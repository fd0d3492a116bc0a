import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { PreviewRuleInput } from "../../../shared/inputs.ts";
import type { RefusedChangeView, RulePreviewView } from "../../../shared/views/change-rules.ts";
import { Ago } from "../../components/time.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

/** What the rule would have refused of late. `null`: the values make no rule yet. */
export function RulePreview({ input }: { input: PreviewRuleInput | null }) {
  const [asked] = useDebouncedValue(input, 300);
  const preview = useQuery(trpc.rules.preview.queryOptions(asked ?? skipToken, { placeholderData: keepPreviousData }));
  return (
    <section className="rule-preview" aria-label="What this rule would have done" aria-busy={preview.isFetching}>
      <p role="status">
        {input === null
          ? "Put the values right to see what this rule would have refused."
          : preview.data
            ? inWords(preview.data)
            : preview.error
              ? messageOf(preview.error)
              : "Looking at the changes of the last days…"}
      </p>
      {input !== null && preview.data && preview.data.examples.length > 0 && <Examples preview={preview.data} />}
    </section>
  );
}

function inWords({ days, changes, refused, refusedNow }: RulePreviewView): string {
  if (changes === 0) return `Customers asked for no change here in the last ${days} days.`;
  const sum = `Of the ${countOf(changes, "change")} that customers asked for here in the last ${days} days, ${formatNumber(refused)} would have been refused`;
  return refused === refusedNow
    ? `${sum}, as by the rules in force now.`
    : `${sum}; by the rules in force now, ${formatNumber(refusedNow)}.`;
}

function Examples({ preview: { examples, refused } }: { preview: RulePreviewView }) {
  return (
    <details>
      <summary>{examples.length < refused ? `The latest ${examples.length} of them` : "Which ones"}</summary>
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

function changeText({ action, previousPlanId, previousQuantity, planId, quantity }: RefusedChangeView): string {
  if (action === "ChangePlan") return `${previousPlanId} → ${planId}`;
  const from = previousQuantity === null ? "" : `${formatNumber(previousQuantity)} → `;
  return `${from}${quantity === null ? "unknown seats" : countOf(quantity, "seat")}`;
}
