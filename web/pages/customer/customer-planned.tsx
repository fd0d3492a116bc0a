import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PlannedChange } from "../../components/planned-change.tsx";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as styles from "./customer.module.css";

/** The list has the others. */
const maxShown = 5;

/** The next planned changes of all the customer's subscriptions; renders nothing if there are none. */
export function CustomerPlanned({ id }: { id: string }) {
  const planned = useQuery(trpc.plannedChanges.list.queryOptions({ customer: id }));
  if (planned.error && !planned.data) return <Problem error={planned.error} onRetry={() => void planned.refetch()} />;
  if (!planned.data || planned.data.rows.length === 0) return null;
  return (
    <section className={`${styles.customerPart} ${styles.customerPlanned}`} aria-labelledby="customer-planned">
      <div className={styles.customerPartHead}>
        <h2 id="customer-planned">Planned changes</h2>
        <Link to="/planned" search={{ customer: id }} className={buttonStyles.compact}>
          {planned.data.rows.length > maxShown ? "Show all as a list" : "Show as a list"}
          <span className="sr-only"> of planned changes</span>
        </Link>
      </div>
      <ul>
        {planned.data.rows.slice(0, maxShown).map((row) => (
          <PlannedChange key={row.id} planned={row} subscriptionName={row.subscriptionName}>
            <Link to="/subscriptions/$id" params={{ id: row.subscriptionId }}>
              {row.subscriptionName}
            </Link>
            {": "}
          </PlannedChange>
        ))}
      </ul>
    </section>
  );
}
