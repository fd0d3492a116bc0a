import type { PolicyScopeView } from "../../../shared/views/activation-policies.ts";
import { activationPolicyLabels } from "./policy-labels.ts";

/** The active policy of a scope; an inherited policy says from where. */
export function PolicySummary({ scope: { own, active }, hasKey }: { scope: PolicyScopeView; hasKey: boolean }) {
  if (!active?.mode) return <p className="dim">No policy: {activationPolicyLabels.immediately.name.toLowerCase()}</p>;
  const { name } = activationPolicyLabels[active.mode];
  if (own?.id === active.id)
    return (
      <>
        <p>{name}</p>
        {own.mode === "product" && !hasKey && (
          <p className="trouble">There is no active API key, so your product cannot confirm that it is ready.</p>
        )}
      </>
    );
  return (
    <p className="dim">
      Inherited from {active.offerId === null ? "all offers" : "the offer"}: {name.toLowerCase()}
    </p>
  );
}
