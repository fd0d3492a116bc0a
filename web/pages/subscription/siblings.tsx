import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Problem } from "../../components/problem.tsx";
import { Dot } from "../../components/status.tsx";
import { statusLabels } from "../../text/labels.ts";
import { formatMoney } from "../../text/money.ts";
import { trpc } from "../../trpc.ts";
import * as styles from "./subscription.module.css";

/** The customer's page lists the others. */
const maxShown = 4;

/** The customer's other subscriptions, ended ones last. */
export function Siblings({ subscriptionId }: { subscriptionId: string }) {
  const siblings = useQuery(trpc.subscriptions.siblings.queryOptions({ id: subscriptionId }));
  if (siblings.isError && !siblings.data)
    return <Problem error={siblings.error} onRetry={() => void siblings.refetch()} />;
  const others = siblings.data ?? [];
  const ended = (row: (typeof others)[number]) => Number(row.status === "Unsubscribed");
  const ordered = others.toSorted((one, other) => ended(one) - ended(other));
  if (ordered.length === 0) return null;
  return (
    <ul className={styles.siblings} aria-label="Other subscriptions of this customer">
      {ordered.slice(0, maxShown).map(({ id, name, planName, status, money }) => (
        <li key={id}>
          <Dot tone={statusLabels[status].tone}>
            <span className="sr-only">{statusLabels[status].short}: </span>
            <Link to="/subscriptions/$id" params={{ id }} title={statusLabels[status].short}>
              {name}
            </Link>
          </Dot>
          <span className="dim">
            {planName}
            {money && status !== "Unsubscribed" && `, ${formatMoney(money.monthly, money.currency)} per month`}
          </span>
        </li>
      ))}
    </ul>
  );
}
