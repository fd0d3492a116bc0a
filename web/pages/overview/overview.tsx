import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, Skeleton } from "@mantine/core";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { overviewDays, overviewPageFilters } from "../../../shared/filters.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { FilterChips } from "../../components/paged-table.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Empty, Problem } from "../../components/problem.tsx";
import { formatDay } from "../../text/format.ts";
import { useFilters } from "../../url-search.ts";
import { trpc } from "../../trpc.ts";
import { ActivationChart, FunnelChart } from "./activation-charts.tsx";
import { FlowChart, SeatsChart, SubscriptionsChart, SuspendedChart, TrialChart } from "./flow-charts.tsx";
import { PlanChart } from "./plan-chart.tsx";
import { BilledUsage } from "./billed-usage.tsx";
import { withCurrent } from "../../components/select-options.ts";
import { Revenue } from "./revenue.tsx";
import { RenewalChart } from "./renewal-chart.tsx";
import { AnswerChart, DeliveryChart } from "./webhook-charts.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as filtersStyles from "../../components/table/filters.module.css";
import * as styles from "./overview.module.css";

const route = getRouteApi("/overview");
const rangeLabels = { "30": "30 days", "90": "90 days", "365": "A year" } as const;

type OverviewFilters = {
  days: (typeof overviewDays)[number];
  offer: string | undefined;
  currency: string | undefined;
};

export function OverviewPage() {
  const { days = "30", offer, currency } = useFilters(overviewPageFilters, route.useSearch());
  const filters: OverviewFilters = { days, offer, currency };
  const overview = useQuery(trpc.overview.get.queryOptions({ days, offer }));
  // Read together and shown together, so that no part moves the rest of the page when it arrives.
  usePrefetchQuery(trpc.overview.revenue.queryOptions({ offer, currency }));
  usePrefetchQuery(trpc.overview.usage.queryOptions({ offer, currency }));
  const { data } = overview;
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Overview" note="Numbers link to their lists. Days in UTC; today is partial." />
      <Filters filters={filters} />
      {overview.error && !data ? (
        <Problem error={overview.error} onRetry={() => void overview.refetch()} />
      ) : !data ? (
        <div className={styles.charts} aria-busy="true">
          {Array.from({ length: 8 }, (_, index) => (
            <Skeleton key={index} height={352} />
          ))}
        </div>
      ) : data.groups.length === 0 ? (
        <Empty title="No data yet">
          Charts appear with the first subscription from the landing page, the webhook or a reconciliation.
        </Empty>
      ) : (
        <Charts overview={data} filters={filters} />
      )}
      {data && (
        <p className="dim">
          {formatDay(data.from)} to {formatDay(data.to)}.{" "}
          {data.recordedSince
            ? `Recorded daily since ${formatDay(data.recordedSince)}. Earlier days are derived from purchase dates and observed cancellations, and do not include subscriptions that had already ended.`
            : "Recorded daily from today on. Earlier days are derived from purchase dates and observed cancellations, and do not include subscriptions that had already ended."}
        </p>
      )}
    </div>
  );
}

function Filters({ filters: { days, offer, currency } }: { filters: OverviewFilters }) {
  const navigate = useNavigate({ from: "/overview" });
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const offers = facets.data?.offers ?? [];
  return (
    <div className={`${filtersStyles.filters} ${styles.overviewFilters}`}>
      <FilterChips
        label="Period"
        name="days"
        current={days === "30" ? undefined : days}
        choices={overviewDays.map((value) => ({
          value: value === "30" ? undefined : value,
          label: rangeLabels[value],
        }))}
      />
      <NativeSelect
        size="xs"
        aria-label="Offer"
        value={offer ?? ""}
        onChange={(event) =>
          void navigate({ search: { days, currency, offer: event.currentTarget.value || undefined }, replace: true })
        }
        data={[
          { value: "", label: "All offers" },
          ...withCurrent(
            offers.map(({ offerId, name }) => ({ value: offerId, label: isolated(name) })),
            offer,
          ),
        ]}
      />
    </div>
  );
}

function Charts({ overview, filters }: { overview: OverviewView; filters: OverviewFilters }) {
  const { days, offer, currency } = filters;
  return (
    <>
      <Revenue overview={overview} filters={{ offer, currency }} />
      <BilledUsage overview={overview} filters={{ offer, currency }} />
      <h2 className={styles.overviewPart}>Subscriptions</h2>
      <div className={styles.charts}>
        <SubscriptionsChart overview={overview} offer={offer} />
        <SeatsChart overview={overview} offer={offer} />
        <PlanChart overview={overview} />
        <FlowChart overview={overview} offer={offer} range={days} />
        <SuspendedChart overview={overview} offer={offer} range={days} />
        <TrialChart overview={overview} offer={offer} range={days} />
        <FunnelChart overview={overview} offer={offer} />
        <ActivationChart overview={overview} offer={offer} />
        <RenewalChart overview={overview} offer={offer} />
      </div>
      {offer === undefined && (
        <>
          <h2 className={styles.overviewPart}>Webhook</h2>
          <div className={styles.charts}>
            <DeliveryChart />
            <AnswerChart />
          </div>
        </>
      )}
    </>
  );
}
