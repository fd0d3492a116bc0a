import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Problem } from "../../components/problem.tsx";
import { TimeLeft } from "../../components/time.tsx";
import { trpc } from "../../trpc.ts";
import * as styles from "./customer.module.css";

/** The needs of all subscriptions of the customer; renders nothing if there are none. */
export function CustomerNeeds({ id }: { id: string }) {
  const needs = useQuery(trpc.customers.needs.queryOptions({ id }));
  if (needs.error && !needs.data) return <Problem error={needs.error} onRetry={() => void needs.refetch()} />;
  if (!needs.data || needs.data.needs.length === 0) return null;
  return (
    <section className={styles.customerNeeds} aria-labelledby="customer-needs">
      <h2 id="customer-needs">Needs attention</h2>
      <ul>
        {needs.data.needs.map((need) => (
          <li key={`${need.kind} ${need.id}`} data-tone={need.tone}>
            <strong>{need.what}</strong>
            {need.subscriptionId && (
              <Link to="/subscriptions/$id" params={{ id: need.subscriptionId }}>
                {need.subject}
              </Link>
            )}
            {need.deadline && need.windowMs !== null && (
              <span>
                {need.isLatest && <span className="dim">at most </span>}
                <TimeLeft until={need.deadline} windowMs={need.windowMs} />
              </span>
            )}
            {need.operationId && (
              <Link to="/operations/$id" params={{ id: need.operationId }}>
                View operation<span className="sr-only"> of {need.subject}</span>
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
