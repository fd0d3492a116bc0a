import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { activationModes } from "../../../shared/activation-policies.ts";
import type { PolicyScopeView } from "../../../shared/views/activation-policies.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { type ScopeView, ScopeList } from "../../components/scopes.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { trpc } from "../../trpc.ts";
import { activationPolicyLabels } from "./policy-labels.ts";
import "./policies.css";

const PolicyDialog = lazy(() => import("./policy-dialog.tsx").then((file) => ({ default: file.PolicyDialog })));

type Open = { scope: PolicyScopeView; view: ScopeView };

export function PoliciesPage() {
  const policies = useQuery(trpc.policies.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className="page">
      <PageHeader
        title="Activation"
        note="What has to happen between a purchaser's confirmation and the activation, after which Microsoft bills. The policy of a plan goes before that of its offer, and that before the one for every offer."
      />
      <WaitingPolicyChanges policy="activation" />
      <PolicyMeanings />
      {policies.error && !policies.data ? (
        <Problem error={policies.error} onRetry={() => void policies.refetch()} />
      ) : !policies.data ? (
        <Skeleton height={320} />
      ) : (
        <ScopeList
          of="policy"
          scopes={policies.data.scopes}
          summary={(scope) => <PolicySummary scope={scope} hasKey={policies.data.hasKey} />}
          whyNot="Only an admin can set activation policies."
          open={(scope, view) => setOpen({ scope, view })}
        />
      )}
      <Suspense>
        {open && policies.data && (
          <PolicyDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            hasKey={policies.data.hasKey}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </div>
  );
}

function PolicyMeanings() {
  return (
    <section className="policy-ways" aria-label="What each policy means">
      <dl>
        {activationModes.map((policy) => (
          <div key={policy}>
            <dt>{activationPolicyLabels[policy].name}</dt>
            <dd>{activationPolicyLabels[policy].meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">
        Microsoft lets a purchase lapse after 30 days without activation; it then costs nothing. Staff can activate one
        at any time. A plan with auto-activation on in Partner Center is activated by Microsoft at the purchase: billing
        starts, and no policy on this page applies. New plans have it on by default. Such a customer is listed under
        Needs you until somebody onboards them.
      </p>
    </section>
  );
}

/** The policy in force here; one that comes from a wider scope says from which. */
function PolicySummary({ scope: { own, inForce }, hasKey }: { scope: PolicyScopeView; hasKey: boolean }) {
  if (!inForce?.way) return <p className="dim">No policy: {activationPolicyLabels.at_once.name.toLowerCase()}</p>;
  const { name } = activationPolicyLabels[inForce.way];
  if (own?.id === inForce.id)
    return (
      <>
        <p>{name}</p>
        {own.way === "product" && !hasKey && (
          <p className="trouble">No API key is in force, so no product can say that it is ready.</p>
        )}
      </>
    );
  return (
    <p className="dim">
      As {inForce.offerId === null ? "every offer" : "every plan of the offer"}: {name.toLowerCase()}
    </p>
  );
}
