import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { usageDifferenceWords } from "../../../shared/usage.ts";
import type { UsageDifferenceView } from "../../../shared/views/usage.ts";
import { Problem } from "../../components/problem.tsx";
import { Ago, DayText } from "../../components/time.tsx";
import { quantityIn } from "../../text/quantity.ts";
import { trpc } from "../../trpc.ts";
import * as tableStyles from "../../components/table/table.module.css";
import * as styles from "./usage.module.css";

/** Where Microsoft's list of processed usage differs from what Microsoft had accepted. */
export function Comparison() {
  const comparison = useQuery(trpc.usage.comparison.queryOptions());
  return (
    <section className={styles.usageComparison}>
      <h2>Comparison with Microsoft</h2>
      {comparison.error && !comparison.data && (
        <Problem error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {comparison.data && (
        <>
          <p className="dim">
            {comparison.data.days === null || comparison.data.comparedAt === null ? (
              "Each day is compared with Microsoft’s list of processed usage, from the day after the first usage on."
            ) : (
              <>
                Days from <DayText day={comparison.data.days.from} /> to <DayText day={comparison.data.days.to} /> were
                compared; the last comparison was <Ago at={comparison.data.comparedAt} />.
              </>
            )}
          </p>
          {comparison.data.comparedAt !== null && comparison.data.differences.length === 0 && <p>No differences.</p>}
          {comparison.data.differences.length > 0 && <Differences rows={comparison.data.differences} />}
        </>
      )}
    </section>
  );
}

const orNone = (quantity: string | null) => (quantity === null ? "–" : quantityIn(quantity, null));

function Differences({ rows }: { rows: UsageDifferenceView[] }) {
  return (
    <div className={styles.usageScroll} tabIndex={0} role="region" aria-label="Differences by day">
      <table className={tableStyles.list}>
        <caption className="sr-only">Differences by day</caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col">Subscription</th>
            <th scope="col">Dimension</th>
            <th scope="col" className="number">
              Accepted
            </th>
            <th scope="col" className="number">
              At Microsoft
            </th>
            <th scope="col" className="number">
              Processed
            </th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.day} ${row.subscriptionId} ${row.dimension}`}>
              <td>
                <Link to="/usage" search={{ subscription: row.subscriptionId, dimension: row.dimension, day: row.day }}>
                  <DayText day={row.day} />
                  <span className="sr-only">, hours of {row.dimensionName}</span>
                </Link>
              </td>
              <td>
                {row.subscriptionName === null ? (
                  <span title={row.subscriptionId}>Unknown subscription</span>
                ) : (
                  <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }} className={tableStyles.rowLink}>
                    {row.subscriptionName}
                  </Link>
                )}
              </td>
              <td title={row.dimension}>{row.dimensionName}</td>
              <td className="number">{quantityIn(row.ledger, null)}</td>
              <td className="number">{orNone(row.submitted)}</td>
              <td className="number">{orNone(row.processed)}</td>
              <td className={styles.usageCause}>
                {usageDifferenceWords[row.cause].name}
                {row.reconStatus !== null && <span className="dim"> ({row.reconStatus})</span>}
                <span className={`dim ${styles.usageNote}`}>{usageDifferenceWords[row.cause].remedy}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
