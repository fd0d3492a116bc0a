import { IconPlayerPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { CustomerView } from "../../../shared/views/customers.ts";
import { recurringStates } from "../../../shared/money.ts";
import type { MoneyView, SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import { useRowKeys } from "../../components/paged-table.tsx";
import { Status } from "../../components/status.tsx";
import { TestTag } from "../../components/test-tag.tsx";
import { LocalDate, DayText } from "../../components/time.tsx";
import { formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { moneyStateLabels } from "../../text/revenue-labels.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as tableStyles from "../../components/table/table.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./customer.module.css";

/** The subscriptions of all offers: active ones before ended ones, each the newest first. */
export function CustomerSubscriptions({ customer }: { customer: CustomerView }) {
  const rows = useRowKeys<HTMLTableSectionElement>();
  const { subscriptions } = customer;
  const ordered = [...customer.rows.filter((row) => !hasEnded(row)), ...customer.rows.filter(hasEnded)];
  const isCut = subscriptions > ordered.length;
  return (
    <section className={styles.customerPart} aria-labelledby="customer-subscriptions">
      <div className={styles.customerPartHead}>
        <h2 id="customer-subscriptions">Subscriptions</h2>
        <Link to="/subscriptions" search={{ customer: customer.id }} className={buttonStyles.compact}>
          {isCut ? `Show all ${formatNumber(subscriptions)} as a list` : "Show as a list"}
        </Link>
      </div>
      <div className={styles.customerTable}>
        <table className={tableStyles.list}>
          <caption className="sr-only">Subscriptions of this customer</caption>
          <thead>
            <tr>
              <th>Subscription</th>
              <th>Plan</th>
              <th className="number">Seats</th>
              <th className="number">Per month</th>
              <th>Status</th>
              <th>Term end</th>
              <th>Purchased</th>
              <th>Owner</th>
            </tr>
          </thead>
          <tbody ref={rows}>
            {ordered.map((row) => (
              <Line key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const hasEnded = ({ status }: SubscriptionRow) => status === "Unsubscribed";
const none = <span className="dim">–</span>;

/** An amount is dim unless it counts as MRR. */
function Monthly({ row, money: { monthly, currency } }: { row: SubscriptionRow; money: MoneyView }) {
  const isCounted = recurringStates.includes(row.moneyState);
  return <span className={isCounted ? undefined : "dim"}>{formatMoney(monthly, currency)}</span>;
}

function Line({ row }: { row: SubscriptionRow }) {
  return (
    <tr className={hasEnded(row) ? "dim" : undefined}>
      <td title={row.name}>
        <Link to="/subscriptions/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
          {row.name}
        </Link>
      </td>
      <td title={`${row.planName}, ${row.offerName}`}>
        {row.planName}
        {row.isFreeTrial && <span className={tagStyles.tag}>trial</span>}
        <TestTag marks={row.testMarks} />
        <span className="dim"> {row.offerName}</span>
      </td>
      <td className="number">{row.quantity === null ? none : formatNumber(row.quantity)}</td>
      <td className="number" title={row.moneyState === "recurring" ? undefined : moneyStateLabels[row.moneyState]}>
        {row.money === null ? none : <Monthly row={row} money={row.money} />}
      </td>
      <td>
        <Status status={row.status} />
        {row.isOnHold && (
          <span className={`${tagStyles.tag} ${tagStyles.warn}`}>
            <IconPlayerPause size={12} aria-hidden />
            on hold
          </span>
        )}
      </td>
      <td>{row.termEndsOn === null ? none : <DayText day={row.termEndsOn} />}</td>
      <td>{row.purchasedAt === null ? none : <LocalDate at={row.purchasedAt} />}</td>
      <td title={row.ownerName ?? undefined}>{row.ownerName ?? none}</td>
    </tr>
  );
}
