/** Recurring revenue: MRR by month with its movements, by plan and channel, and what is at risk. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RevenueFilters } from "../../../shared/filters.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { RevenueMonthsChart } from "./revenue-months-chart.tsx";
import { RevenueRiskChart } from "./revenue-risk-chart.tsx";
import { RevenuePlanChart, RevenueChannelChart } from "./revenue-shares.tsx";
import { RevenueDefinitions } from "./revenue-definitions.tsx";
import { CurrencySelect } from "./currency-select.tsx";
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
        <CurrencySelect label="Currency" currencies={data.currencies} currency={data.currency} />
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
