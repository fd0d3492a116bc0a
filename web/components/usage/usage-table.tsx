import { Link } from "@tanstack/react-router";
import { addDays, type Day } from "../../../shared/day.ts";
import type { UsageFilters } from "../../../shared/inputs/usage.ts";
import type { UsageState } from "../../../shared/usage.ts";
import { unlimited, usageStateWords } from "../../../shared/usage.ts";
import type { DimensionUsage, TermUsage } from "../../../shared/views/usage.ts";
import { formatDay } from "../../text/format.ts";
import { formatUnitPrice } from "../../text/money.ts";
import { includedQuantity, quantityIn } from "../../text/quantity.ts";
import * as tableStyles from "../table/table.module.css";
import * as tagStyles from "../tag.module.css";
import * as styles from "./usage-table.module.css";

type Figure = { heading: string; state: UsageState; valueOf(row: DimensionUsage): string };

/** One column for each state of usage. */
const figures: Figure[] = [
  { heading: "Billed", state: "accepted", valueOf: (row) => row.billed },
  { heading: "Waiting", state: "waiting", valueOf: (row) => row.waiting },
  { heading: "Held", state: "held", valueOf: (row) => row.held },
  { heading: "Rejected", state: "rejected", valueOf: (row) => row.rejected },
  { heading: "Lost", state: "lost", valueOf: (row) => row.lost },
];

type Props = { usages: TermUsage[]; caption: string; hasSubscriptions?: boolean };

/** The usage of terms by dimension. Each figure links to its hours. */
export function UsageTable({ usages, caption, hasSubscriptions = false }: Props) {
  return (
    <div className={styles.usageTable}>
      <table className={tableStyles.list}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {hasSubscriptions && <th scope="col">Subscription</th>}
            <th scope="col">Dimension</th>
            <th scope="col" className="number">
              Used
            </th>
            <th scope="col" className="number">
              Included
            </th>
            {figures.map(({ heading, state }) => (
              <th key={heading} scope="col" className="number" title={usageStateWords[state].meaning}>
                {heading}
              </th>
            ))}
            <th scope="col">By day (UTC)</th>
          </tr>
        </thead>
        <tbody>
          {usages.flatMap((usage) =>
            usage.dimensions.map((row) => (
              <Row
                key={`${usage.subscriptionId} ${row.planId} ${row.dimension} ${row.isTrial}`}
                usage={usage}
                row={row}
                hasSubscription={hasSubscriptions}
              />
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Row({ usage, row, hasSubscription }: { usage: TermUsage; row: DimensionUsage; hasSubscription: boolean }) {
  const { subscriptionId, subscriptionName, term } = usage;
  const search = { subscription: subscriptionId, dimension: row.dimension, plan: row.planId, term: term.startsOn };
  const of = `of ${row.name}${hasSubscription ? `, ${subscriptionName}` : ""}`;
  return (
    <tr>
      {hasSubscription && (
        <td title={subscriptionName}>
          <Link to="/subscriptions/$id" params={{ id: subscriptionId }} className={tableStyles.rowLink} data-row>
            {subscriptionName}
          </Link>
        </td>
      )}
      <td title={row.dimension}>
        {row.name}
        {row.isTrial && <span className={tagStyles.tag}>trial</span>}
      </td>
      <td className="number">
        <FigureLink search={search} digits={row.used} unit={row.unit} of={`used ${of}`} />
        <Share row={row} />
      </td>
      <td className="number">
        <Link to="/usage" hash="dimensions">
          {includedQuantity(row.included, null)}
          <span className="sr-only"> included {of}</span>
        </Link>
      </td>
      {figures.map(({ heading, state, valueOf }) => (
        <td key={heading} className="number">
          <FigureLink
            search={{ ...search, state }}
            digits={valueOf(row)}
            unit={null}
            of={`${heading.toLowerCase()} ${of}`}
          />
          {state === "accepted" && <Amount row={row} />}
        </td>
      ))}
      <td>
        <Days usage={usage} row={row} search={search} />
      </td>
    </tr>
  );
}

type FigureProps = { search: UsageFilters; digits: string; unit: string | null; of: string };

function FigureLink({ search, digits, unit, of }: FigureProps) {
  const words = quantityIn(digits, unit);
  if (digits === "0") return <span className="dim">{words}</span>;
  return (
    <Link to="/usage" search={search}>
      {words}
      <span className="sr-only"> {of}</span>
    </Link>
  );
}

/** The used part of the included quantity. */
function Share({ row: { used, included } }: { row: DimensionUsage }) {
  if (included === null || included === unlimited || Number(included) === 0) return null;
  const share = Number(used) / Number(included);
  return (
    <span className={styles.usageShare} data-over={share > 1 || undefined} aria-hidden>
      <span style={{ width: `${Math.min(100, share * 100)}%` }} />
    </span>
  );
}

/** The amount that Microsoft has accepted, at the list prices of that time. */
function Amount({ row: { amount, currency, unpriced, unit } }: { row: DimensionUsage }) {
  if (amount === null || currency === null) return null;
  return (
    <span className={`dim ${styles.usageAmount}`} title="At the list prices when Microsoft accepted it">
      {formatUnitPrice(amount, currency)}
      {unpriced !== "0" && ` without ${quantityIn(unpriced, unit)} of unknown price`}
    </span>
  );
}

const chartHeight = 28;
const [barWidth, barStep] = [4, 5];

/** A bar for each day: the included part, and above it what exceeds it. */
function Days({ usage: { chart }, row, search }: { usage: TermUsage; row: DimensionUsage; search: UsageFilters }) {
  if (row.days.length === 0) return <span className="dim">No usage</span>;
  const days: Day[] = [];
  for (let day = chart.from; day <= chart.to; day = addDays(day, 1)) days.push(day);
  const byDay = new Map(row.days.map((one) => [one.day, one]));
  const max = Math.max(...row.days.map(({ used }) => Number(used)));
  const heightOf = (quantity: number) => (max === 0 ? 0 : (quantity / max) * chartHeight);
  return (
    <svg className={styles.usageDays} width={days.length * barStep} height={chartHeight} aria-hidden="true">
      {days.map((day, index) => {
        const one = byDay.get(day);
        if (one === undefined) return null;
        const used = Math.max(1, heightOf(Number(one.used)));
        const billable = Math.min(used, heightOf(Number(one.billable)));
        const beyond = one.billable === "0" ? "" : `, ${quantityIn(one.billable, null)} beyond the included quantity`;
        return (
          <Link key={day} to="/usage" search={{ ...search, term: undefined, day }} tabIndex={-1} preload={false}>
            <title>{`${formatDay(day)}: ${quantityIn(one.used, row.unit)}${beyond}`}</title>
            <rect x={index * barStep} y={chartHeight - used} width={barWidth} height={used - billable} />
            <rect data-beyond x={index * barStep} y={chartHeight - billable} width={barWidth} height={billable} />
          </Link>
        );
      })}
    </svg>
  );
}
