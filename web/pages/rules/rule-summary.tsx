import { limitsInWords } from "../../../shared/change-rules.ts";
import type { ChangeRulesView, RuleScopeView } from "../../../shared/views/change-rules.ts";
import { planNames } from "./rule-names.ts";

/** The active rule of a scope; an inherited rule says from where. */
export function RuleSummary({ scope, rules }: { scope: RuleScopeView; rules: ChangeRulesView }) {
  const { own, active } = scope;
  if (active === null) return <p className="dim">No rule: all changes are accepted.</p>;
  const summary = limitsInWords(active, planNames((active.offerId !== null && rules.plans[active.offerId]) || []));
  if (own?.id === active.id) return <p>Customers can change to: {summary}</p>;
  return (
    <p className="dim">
      Inherited from {active.offerId === null ? "all offers" : "the offer"}: {summary}
    </p>
  );
}
