import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, Skeleton } from "@mantine/core";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { overviewDays, overviewPageFilters } from "../../../shared/filters.ts";
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

export function OverviewPage() {
  const { days = "30", offer, currency } = useFilters(overviewPageFilters, route.useSearch());
  const navigate = useNavigate({ from: "/overview" });
  const overview = useQuery(trpc.overview.get.queryOptions({ days, offer }));
  // Read together and shown together, so that no part moves the rest of the page when it arrives.
  usePrefetchQuery(trpc.overview.revenue.queryOptions({ offer, currency }));
  usePrefetchQuery(trpc.overview.usage.queryOptions({ offer, currency }));
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const offers = facets.data?.offers ?? [];
  const { data } = overview;
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Overview" note="Numbers link to their lists. Days in UTC; today is partial." />
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
        <>
          <Revenue overview={data} filters={{ offer, currency }} />
          <BilledUsage overview={data} filters={{ offer, currency }} />
          <h2 className={styles.overviewPart}>Subscriptions</h2>
          <div className={styles.charts}>
            <SubscriptionsChart overview={data} offer={offer} />
            <SeatsChart overview={data} offer={offer} />
            <PlanChart overview={data} />
            <FlowChart overview={data} offer={offer} range={days} />
            <SuspendedChart overview={data} offer={offer} range={days} />
            <TrialChart overview={data} offer={offer} range={days} />
            <FunnelChart overview={data} offer={offer} />
            <ActivationChart overview={data} offer={offer} />
            <RenewalChart overview={data} offer={offer} />
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
