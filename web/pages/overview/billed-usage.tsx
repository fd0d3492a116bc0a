/** Usage that Microsoft has accepted, in units and at list prices. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { BilledUsageFilters } from "../../../shared/filters.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { AmountChart, DimensionChart, DimensionsChart, keyOf } from "./billed-usage-charts.tsx";
import { CurrencySelect } from "./currency-select.tsx";
import * as styles from "./overview.module.css";

type Props = { overview: OverviewView; filters: BilledUsageFilters };

/** Dimensions with a chart of their own; the tables have all. */
const maxCharts = 4;

export function BilledUsage({ overview, filters }: Props) {
  const usage = useQuery(trpc.overview.usage.queryOptions(filters));
  if (usage.error && !usage.data) return <Problem error={usage.error} onRetry={() => void usage.refetch()} />;
  if (!usage.data) return <Skeleton height={352} aria-busy="true" />;
  const { data } = usage;
  const known = { ...filters, hasOffers: new Set(data.dimensions.map(({ offerId }) => offerId)).size > 1, overview };
  return (
    <section aria-label="Billed usage">
      <div className={styles.revenueHeading}>
        <h2>Billed usage</h2>
        <CurrencySelect label="Currency of billed usage" currencies={data.currencies} currency={data.currency} />
      </div>
      {data.dimensions.length === 0 ? (
        <p className={`dim ${styles.noUsage}`}>
          {data.isMetered ? (
            <>
              No usage was billed in the last 12 months. It is counted here when Microsoft accepts it.{" "}
              <Link to="/usage">Show all usage</Link>
            </>
          ) : (
            "No plan has dimensions by which usage is billed."
          )}
        </p>
      ) : (
        <>
          <div className={styles.charts}>
            {data.currency !== null && <AmountChart usage={data} known={known} currency={data.currency} />}
            <DimensionsChart usage={data} known={known} />
            {data.dimensions.slice(0, maxCharts).map((dimension) => (
              <DimensionChart key={keyOf(dimension)} usage={data} known={known} dimension={dimension} />
            ))}
          </div>
          <Definitions />
        </>
      )}
    </section>
  );
}

function Definitions() {
  return (
    <details className={styles.definitions}>
      <summary>How billed usage is counted</summary>
      <dl>
        <dt>Billed usage</dt>
        <dd>
          What Microsoft has accepted: usage beyond what the plan includes. What is waiting, held, rejected, lost or
          dropped is not counted, nor are test purchases.
        </dd>
        <dt>At list price</dt>
        <dd>
          The quantity times the price of the dimension that Microsoft stated when it accepted the hour. It is not part
          of the MRR. A reseller’s customers pay the reseller’s price, and Microsoft’s fee and taxes are not subtracted.
        </dd>
        <dt>Price not known</dt>
        <dd>Microsoft had not stated a price at that time. The quantity is counted without an amount.</dd>
        <dt>Months</dt>
        <dd>
          In UTC, by the hour that Microsoft bills. Usage that was reported late is billed in a later hour, and counts
          in its month.
        </dd>
      </dl>
    </details>
  );
}
