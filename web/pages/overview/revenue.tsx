/** Recurring revenue: MRR by month with its movements, by plan and channel, and what is at risk. */
import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { RevenueFilters } from "../../../shared/filters.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import type { RevenueView } from "../../../shared/views/revenue.ts";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { RevenueMonthsChart } from "./revenue-months-chart.tsx";
import { RevenueRiskChart } from "./revenue-risk-chart.tsx";
import { RevenuePlanChart, RevenueChannelChart } from "./revenue-shares.tsx";
import { RevenueDefinitions } from "./revenue-definitions.tsx";
import * as styles from "./overview.module.css";

type Props = { overview: OverviewView; filters: RevenueFilters };

export function Revenue({ overview, filters }: Props) {
  const revenue = useQuery(trpc.overview.revenue.queryOptions(filters));
  if (revenue.error && !revenue.data) return <Problem error={revenue.error} onRetry={() => void revenue.refetch()} />;
  if (!revenue.data) {
    return (
      <div className={styles.charts} aria-busy="true">
        <Skeleton height={352} />
        <Skeleton height={352} />
      </div>
    );
  }
  const { data } = revenue;
  return (
    <section aria-label="Recurring revenue">
      <div className={styles.revenueHeading}>
        <h2>Recurring revenue at list prices</h2>
        <Currency revenue={data} />
      </div>
      {data.currency === null ? (
        <p className="dim">
          No price is known yet. Marketdesk reads each subscription’s price from Microsoft within minutes after the
          first reconciliation.
        </p>
      ) : (
        <div className={styles.charts}>
          <RevenueMonthsChart revenue={data} filters={filters} currency={data.currency} />
          <RevenueRiskChart revenue={data} filters={filters} currency={data.currency} />
          <RevenuePlanChart revenue={data} overview={overview} currency={data.currency} />
          <RevenueChannelChart revenue={data} filters={filters} currency={data.currency} />
        </div>
      )}
      <RevenueDefinitions />
    </section>
  );
}

/** Shown only if there are several currencies, because amounts in different currencies are never added up. */
function Currency({ revenue: { currencies, currency } }: { revenue: RevenueView }) {
  const navigate = useNavigate({ from: "/overview" });
  if (currency === null || currencies.length < 2) return null;
  return (
    <NativeSelect
      className={styles.currency}
      size="xs"
      aria-label="Currency"
      value={currency}
      data={currencies}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        void navigate({ search: (before) => ({ ...before, currency: chosen }), replace: true });
      }}
    />
  );
}
