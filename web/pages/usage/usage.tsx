import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { includesRole } from "../../../shared/roles.ts";
import { usageFilters } from "../../../shared/inputs/usage.ts";
import { usageStates, usageStateWords } from "../../../shared/usage.ts";
import type { UsageRow } from "../../../shared/views/usage.ts";
import { ExportMenu } from "../../components/export-menu.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { FilterChip, FilterChips, PagedTable } from "../../components/paged-table.tsx";
import { Empty } from "../../components/problem.tsx";
import { formatDay } from "../../text/format.ts";
import { formatMonth } from "../../text/money.ts";
import { trpc } from "../../trpc.ts";
import { useFilters } from "../../url-search.ts";
import { Comparison } from "./comparison.tsx";
import { Dimensions } from "./dimensions.tsx";
import { planNameIn } from "./usage-words.ts";
import { refreshMs, UsageQueue } from "./usage-queue.tsx";
import { HourRow } from "./usage-row.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
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
  const facets = useQuery(
    trpc.subscriptions.facets.queryOptions(undefined, { enabled: (filters.offer ?? filters.plan) !== undefined }),
  );
  const offerName = facets.data?.offers.find(({ offerId }) => offerId === filters.offer)?.name;
  const planName = planNameIn(facets.data, filters.plan);
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
      <div className={filtersStyles.filters}>
        <FilterChips
          label="Filter by state"
          name="state"
          current={filters.state}
          choices={[
            { value: undefined, label: "All" },
            ...usageStates.map((state) => ({ value: state, label: usageStateWords[state].name })),
          ]}
        />
        {filters.subscription && <FilterChip name="subscription" value={undefined} isOn label="One subscription ×" />}
        {filters.customer && <FilterChip name="customer" value={undefined} isOn label="One customer ×" />}
        {filters.dimension && (
          <FilterChip name="dimension" value={undefined} isOn label={`${dimensionName ?? filters.dimension} ×`} />
        )}
        {filters.plan && <FilterChip name="plan" value={undefined} isOn label={`Plan ${planName ?? filters.plan} ×`} />}
        {filters.offer && (
          <FilterChip name="offer" value={undefined} isOn label={`Offer ${offerName ?? filters.offer} ×`} />
        )}
        {filters.term && (
          <FilterChip name="term" value={undefined} isOn label={`Term from ${formatDay(filters.term)} ×`} />
        )}
        {filters.month && (
          <FilterChip name="month" value={undefined} isOn label={`${formatMonth(filters.month)} (UTC) ×`} />
        )}
        {filters.since && (
          <FilterChip name="since" value={undefined} isOn label={`Since ${formatMonth(filters.since)} (UTC) ×`} />
        )}
        {filters.currency && (
          <FilterChip
            name="currency"
            value={undefined}
            isOn
            label={filters.currency === "unknown" ? "Price not known ×" : `Price in ${filters.currency} ×`}
          />
        )}
        {filters.test !== undefined && (
          <FilterChip
            name="test"
            value={undefined}
            isOn
            label={filters.test ? "Test purchases only ×" : "Without test purchases ×"}
          />
        )}
        {filters.day && <FilterChip name="day" value={undefined} isOn label={`${formatDay(filters.day)} (UTC) ×`} />}
      </div>
      <PagedTable
        caption="Usage by hour"
        className={styles.usage}
        query={usage}
        columns={6}
        noun={["hour of usage", "hours of usage"]}
        head={
          <>
            <th scope="col">Hour</th>
            <th scope="col">Subscription</th>
            <th scope="col">Dimension</th>
            <th scope="col" className="number">
              Used
            </th>
            <th scope="col" className="number">
              Billed
            </th>
            <th scope="col">State</th>
          </>
        }
        renderRow={(row) => (
          <HourRow key={row.id} row={row} blockedReason={blockedReason} onDecide={() => setDecided(row)} />
        )}
        empty={
          <Empty title="No usage">
            {Object.keys(filters).length > 0 ? (
              <>
                No usage matches these filters. <Link to="/usage">Show all usage</Link>
              </>
            ) : (
              "Usage appears here when your product reports it over the product API."
            )}
          </Empty>
        }
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
