import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { activationModes } from "../../../shared/activation-policies.ts";
import { activationWindowDays } from "../../../shared/lifecycle.ts";
import type { PolicyScopeView } from "../../../shared/views/activation-policies.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { ModeMeanings, type ScopeView, ScopeList } from "../../components/scopes.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { trpc } from "../../trpc.ts";
import { PurchaseGrace } from "./purchase-grace.tsx";
import { activationPolicyLabels } from "./policy-labels.ts";
import { PolicySummary } from "./policy-summary.tsx";
import * as pageStyles from "../../components/page.module.css";

const PolicyDialog = lazyPart(() => import("./policy-dialog.tsx"), "PolicyDialog");

type Open = { scope: PolicyScopeView; view: ScopeView };

export function PoliciesPage() {
  const policies = useQuery(trpc.policies.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Activation"
        note="When to activate a confirmed purchase. Billing starts at activation. Plan policies override offer policies, which override the default."
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
          blockedReason="Only an admin can set activation policies."
          open={(scope, view) => setOpen({ scope, view })}
        />
      )}
      <PurchaseGrace />
      <Suspense>
        {open && policies.data && (
          <PolicyDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            scopes={policies.data.scopes}
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
    <ModeMeanings label="What each policy means" modes={activationModes} labels={activationPolicyLabels}>
      A purchase that is not activated within {activationWindowDays} days expires, and the customer is not charged.
      Staff can activate a purchase at any time. If auto-activation is on in Partner Center, which is the default for
      new plans, Microsoft activates at purchase: billing starts immediately and these policies do not apply. The
      customer is then listed under Needs attention until staff mark the customer as onboarded.
    </ModeMeanings>
  );
}
