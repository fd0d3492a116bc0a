import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import { usageFilters } from "../../../shared/inputs/usage.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import { Comparison } from "./comparison.tsx";
import { Dimensions } from "./dimensions.tsx";
import { UsageFilterChips } from "./usage-filter-chips.tsx";
import { refreshMs, UsageQueue } from "./usage-queue.tsx";
import { UsageTable } from "./usage-table.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./usage.module.css";

const DecideDialog = lazyPart(() => import("./decide-dialog.tsx"), "DecideDialog");

const EnterDialog = lazyPart(() => import("./enter-dialog.tsx"), "EnterDialog");

const UploadDialog = lazyPart(() => import("./upload-dialog.tsx"), "UploadDialog");

const route = getRouteApi("/usage");

export function UsagePage() {
  const filters = useFilters(usageFilters, route.useSearch());
  const comparison = useQuery(trpc.usage.comparison.queryOptions());
  const usage = useQuery(
    trpc.usage.list.queryOptions(filters, { placeholderData: keepPreviousData, refetchInterval: refreshMs }),
  );
  const dimensionName = usage.data?.rows.find(({ dimension }) => dimension === filters.dimension)?.dimensionName;
  const me = useQuery(trpc.me.get.queryOptions());
  const [reporting, setReporting] = useState<"enter" | "upload" | null>(null);
  const [decided, setDecided] = useState<UsageRow | null>(null);
  const role = me.data?.role ?? "viewer";
  const blockedReason = includesRole(role, "operator") ? null : "Only an operator or admin can decide on usage.";
  const reportBlockedReason = includesRole(role, "operator") ? null : "Only an operator or admin can report usage.";
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Usage"
        note="By hour. What exceeds a term’s included quantity is sent to Microsoft when the hour has ended."
      >
        <div className={styles.usageButtons}>
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={reportBlockedReason}
            onClick={() => setReporting("enter")}
          >
            Enter usage…
          </GuardedButton>
          <GuardedButton
            variant="default"
            size="compact-sm"
            blockedReason={reportBlockedReason}
            onClick={() => setReporting("upload")}
          >
            Upload usage…
          </GuardedButton>
          <ExportMenu of="usage" filters={filters} />
        </div>
      </PageHeader>
      <UsageQueue isAdmin={includesRole(role, "admin")} />
      <UsageFilterChips filters={filters} dimensionName={dimensionName} />
      <UsageTable
        usage={usage}
        isFiltered={Object.keys(filters).length > 0}
        blockedReason={blockedReason}
        decide={setDecided}
      />
      {/* Each part is shown once the part above it is loaded, because its height depends on its data. */}
      {!usage.isPending && <Comparison />}
      {!usage.isPending && !comparison.isPending && <Dimensions isAdmin={includesRole(role, "admin")} />}
      <Suspense>
        {reporting === "enter" && (
          <EnterDialog subscriptionId={filters.subscription ?? ""} onClose={() => setReporting(null)} />
        )}
        {reporting === "upload" && <UploadDialog onClose={() => setReporting(null)} />}
      </Suspense>
      <Suspense>{decided && <DecideDialog row={decided} onClose={() => setDecided(null)} />}</Suspense>
    </div>
  );
}
