import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { RuleScopeView } from "../../../shared/views/change-rules.ts";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { type ScopeView, ScopeList } from "../../components/scopes.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { trpc } from "../../trpc.ts";
import { RuleSummary } from "./rule-summary.tsx";
import * as pageStyles from "../../components/page.module.css";

/** Loaded on demand: the form and its validation are larger than the page. */
const RuleDialog = lazyPart(() => import("./rule-dialog.tsx"), "RuleDialog");

type Open = { scope: RuleScopeView; view: ScopeView };

export function RulesPage() {
  const rules = useQuery(trpc.rules.list.queryOptions());
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Change rules"
        note="Which plan and seat changes by customers are accepted. The customer's current plan decides: plan rules override offer rules, which override the rule for all offers."
      />
      <WaitingPolicyChanges policy="change_rule" />
      {rules.error && !rules.data ? (
        <Problem error={rules.error} onRetry={() => void rules.refetch()} />
      ) : !rules.data ? (
        <Skeleton height={320} />
      ) : (
        <ScopeList
          of="rule"
          scopes={rules.data.scopes}
          summary={(scope) => <RuleSummary scope={scope} rules={rules.data} />}
          blockedReason="Only an admin can set change rules."
          open={(scope, view) => setOpen({ scope, view })}
        />
      )}
      {open && rules.data && (
        <Suspense fallback={null}>
          <RuleDialog
            key={`${open.view} ${open.scope.offerId} ${open.scope.planId}`}
            {...open}
            scopes={rules.data.scopes}
            plans={(open.scope.offerId !== null && rules.data.plans[open.scope.offerId]) || []}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </div>
  );
}
