/** The content of each column. */
import { IconLoader2, IconPlayerPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SubscriptionColumn } from "../../../shared/columns.ts";
import { boundedSubscriptionSorts, isBoundedSort } from "../../../shared/bounded-sorts.ts";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionFilters, subscriptionSorts } from "../../../shared/filters.ts";
import { subscriptionSortOrders } from "../../../shared/sort-orders.ts";
import type { SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import { AddressText } from "../../components/address-text.tsx";
import { TestTag } from "../../components/test-tag.tsx";
import { Dot, Status } from "../../components/status.tsx";
import { sortHead } from "../../components/table/sort-head.tsx";
import type { Column } from "../../components/table/column.ts";
import { sortBlockedReason } from "../../components/table/too-many-to-sort.tsx";
import { Ago, LocalDate, DayText } from "../../components/time.tsx";
import { recurringStates } from "../../../shared/money.ts";
import { formatMoney } from "../../text/money.ts";
import { moneyStateLabels } from "../../text/revenue-labels.ts";
import { countOf, formatNumber, shortenId } from "../../text/format.ts";
import { accessLabels } from "../../text/labels.ts";
import * as tableStyles from "../../components/table/table.module.css";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscriptions.module.css";

type Sort = (typeof subscriptionSorts)[number];
type Definition = Omit<Column<SubscriptionRow>, "id" | "head"> & { sort?: Sort };

export const columnLabels: Record<SubscriptionColumn, Definition> = {
  name: {
    label: "Subscription",
    sort: "name",
    minWidth: 140,
    isPrimary: true,
    title: (row) => row.name,
    cell: (row) => <Name row={row} hasCustomer />,
  },
  company: {
    label: "Customer",
    sort: "company",
    minWidth: 104,
    title: (row) => customerOf(row) ?? undefined,
    cell: (row) => <CustomerCell row={row} text={customerOf(row)} />,
  },
  plan: {
    label: "Plan",
    sort: "plan",
    minWidth: 110,
    title: (row) => `${row.planName}, ${row.offerName}`,
    cell: (row) => <Plan row={row} hasOffer />,
  },
  offer: { label: "Offer", sort: "offer", minWidth: 96, title: (row) => row.offerName, cell: (row) => row.offerName },
  seats: {
    label: "Seats",
    width: 64,
    isNumber: true,
    sort: "quantity",
    cell: (row) => (row.quantity === null ? <None /> : formatNumber(row.quantity)),
  },
  price: {
    label: "Monthly price",
    width: 116,
    isNumber: true,
    sort: "money",
    title: (row) => (row.money ? priceTitle(row) : undefined),
    cell: (row) =>
      row.money === null ? (
        <None />
      ) : (
        <span className={isCounted(row) ? undefined : "dim"}>
          {row.money.basis === "private" && <span className={`${tagStyles.tag} ${tagStyles.first}`}>private</span>}
          {formatMoney(row.money.monthly, row.money.currency)}
        </span>
      ),
  },
  status: {
    label: "Status",
    sort: "status",
    width: 184,
    isPrimary: true,
    cell: (row) => (
      <>
        <Status status={row.status} />
        <span className={styles.tagsBelow}>
          {row.isOnHold && (
            <span className={`${tagStyles.tag} ${tagStyles.warn}`}>
              <IconPlayerPause size={12} aria-hidden />
              on hold
            </span>
          )}
          {row.openOperations > 0 && (
            <span className={tagStyles.tag}>
              <IconLoader2 size={12} className={styles.turning} aria-hidden />
              {formatNumber(row.openOperations)} open
            </span>
          )}
        </span>
      </>
    ),
  },
  access: {
    label: "Access",
    sort: "access",
    width: 150,
    cell: (row) => <Dot tone={accessLabels[row.access].tone}>{accessLabels[row.access].label}</Dot>,
  },
  termEnd: { label: "Term end", width: 106, sort: "termEnd", cell: (row) => <DayCell day={row.termEndsOn} /> },
  termStart: { label: "Term start", sort: "termStart", width: 112, cell: (row) => <DayCell day={row.termStartsOn} /> },
  renews: { label: "Renews", sort: "renews", width: 84, cell: (row) => <BooleanCell value={row.autoRenews} /> },
  trial: { label: "Trial", sort: "trial", width: 70, cell: (row) => <BooleanCell value={row.isFreeTrial} /> },
  purchased: {
    label: "Purchased",
    width: 112,
    sort: "purchased",
    cell: (row) => (row.purchasedAt ? <LocalDate at={row.purchasedAt} /> : <None />),
  },
  purchaser: {
    label: "Purchaser",
    sort: "purchaser",
    minWidth: 110,
    title: (row) => row.purchaserEmail ?? undefined,
    cell: (row) => <CustomerCell row={row} text={row.purchaserEmail} />,
  },
  tenant: {
    label: "Tenant",
    sort: "tenant",
    width: 140,
    title: (row) => row.tenantId ?? undefined,
    cell: (row) => <CustomerCell row={row} text={row.tenantId && shortenId(row.tenantId)} />,
  },
  domain: {
    label: "Domain",
    sort: "domain",
    minWidth: 96,
    title: (row) => domainOf(row) ?? undefined,
    cell: (row) => <CustomerCell row={row} text={domainOf(row)} />,
  },
  channel: {
    label: "Sales channel",
    sort: "channel",
    width: 110,
    cell: (row) => (row.isReseller === null ? <None /> : row.isReseller ? "Reseller (CSP)" : "Direct"),
  },
  owner: {
    label: "Owner",
    sort: "owner",
    minWidth: 76,
    title: (row) => row.ownerName ?? undefined,
    cell: (row) => row.ownerName ?? <None />,
  },
  tags: {
    label: "Tags",
    sort: "tags",
    minWidth: 90,
    title: (row) => row.tags.join(", ") || undefined,
    cell: (row) =>
      row.tags.length === 0 ? (
        <None />
      ) : (
        row.tags.map((tag) => (
          <span key={tag} className={`${tagStyles.tag} ${tagStyles.first}`}>
            {tag}
          </span>
        ))
      ),
  },
  followUp: {
    label: "Follow-up",
    sort: "followUp",
    width: 112,
    cell: (row) => <DayCell day={row.followUpOn} />,
  },
  operations: {
    label: "Open operations",
    sort: "operations",
    width: 130,
    isNumber: true,
    cell: (row) =>
      row.openOperations === 0 ? (
        <None />
      ) : (
        <Link to="/operations" search={{ subscription: row.id, state: "open" }}>
          {formatNumber(row.openOperations)}
        </Link>
      ),
  },
  seen: { label: "Last synced", width: 140, sort: "seen", cell: (row) => <Ago at={row.seenAt} /> },
  drift: {
    label: "Out of sync",
    width: 112,
    sort: "drift",
    cell: (row) => (row.driftedAt ? <Ago at={row.driftedAt} /> : <None />),
  },
  updated: { label: "Changed", width: 100, sort: "updated", cell: (row) => <Ago at={row.updatedAt} /> },
};

const customerOf = ({ contactCompany, beneficiaryEmail }: SubscriptionRow) => contactCompany ?? beneficiaryEmail;

const domainOf = ({ beneficiaryEmail, purchaserEmail }: SubscriptionRow) =>
  (beneficiaryEmail ?? purchaserEmail)?.split("@").at(-1) ?? null;

const isCounted = ({ moneyState }: SubscriptionRow) => recurringStates.includes(moneyState);

function priceTitle({ money, moneyState, isReseller }: SubscriptionRow): string {
  const what =
    money?.basis === "private"
      ? "Price from a private offer"
      : isReseller
        ? "List price; the customer pays the reseller’s price"
        : "List price";
  return moneyState === "recurring" ? what : `${what} · ${moneyStateLabels[moneyState]}`;
}

/** The selected columns. A column without an index sorts if the list is not too long. */
export function columnsOf(
  chosen: readonly SubscriptionColumn[],
  filters: SubscriptionFilters,
  isLong: boolean,
): Column<SubscriptionRow>[] {
  return chosen.map((id) => {
    const { sort, ...column } = columnLabels[id];
    // A value with a column of its own is not repeated below the name.
    if (id === "name" && chosen.includes("company")) column.cell = (row) => <Name row={row} hasCustomer={false} />;
    if (id === "plan" && chosen.includes("offer")) column.cell = (row) => <Plan row={row} hasOffer={false} />;
    return { ...column, id, ...(sort ? { head: headOf(column.label, sort, filters, isLong) } : {}) };
  });
}

function headOf(label: string, by: Sort, filters: SubscriptionFilters, isLong: boolean) {
  const blockedReason = isBoundedSort(boundedSubscriptionSorts, by)
    ? sortBlockedReason("subscriptions", by, isLong)
    : null;
  return sortHead({
    label,
    by,
    to: "/subscriptions",
    filters,
    usual: "updated",
    orders: subscriptionSortOrders,
    blockedReason,
  });
}

function Plan({ row, hasOffer }: { row: SubscriptionRow; hasOffer: boolean }) {
  return (
    <>
      {row.planName}
      <span className={styles.tagsBelow}>
        {hasOffer && <span className={`${styles.offerBelow} dim`}>{row.offerName}</span>}
        {row.isFreeTrial && <span className={tagStyles.tag}>trial</span>}
        <TestTag marks={row.testMarks} />
      </span>
    </>
  );
}

function Name({ row, hasCustomer }: { row: SubscriptionRow; hasCustomer: boolean }) {
  return (
    <>
      <span className={styles.nameAndTags}>
        <Link to="/subscriptions/$id" params={{ id: row.id }} className={tableStyles.rowLink} data-row>
          {row.name}
        </Link>
        {row.tags.length > 0 && (
          <span className={tagStyles.tag} title={row.tags.join(", ")}>
            {row.tags[0]}
            {row.tags.length > 1 && ` +${row.tags.length - 1}`}
          </span>
        )}
      </span>
      {hasCustomer && (
        <span className={`${styles.secondLine} dim`}>
          <CustomerCell row={row} text={customerOf(row) ?? "Customer not reported"} />
        </span>
      )}
      <span className="only-narrow dim">
        {row.planName}
        {row.quantity === null ? "" : ` · ${countOf(row.quantity, "seat")}`}
      </span>
    </>
  );
}

/** Links to the customer. */
function CustomerCell({ row, text }: { row: SubscriptionRow; text: string | null }) {
  if (text === null) return <None />;
  return (
    <Link to="/customers/$id" params={{ id: row.customerId }} className={styles.customerLink}>
      <AddressText text={text} />
    </Link>
  );
}

function None(): ReactNode {
  return (
    <span className="dim" aria-label="none" role="img">
      –
    </span>
  );
}

function DayCell({ day }: { day: Day | null }) {
  return day === null ? <None /> : <DayText day={day} />;
}

function BooleanCell({ value }: { value: boolean | null }) {
  return value === null ? <None /> : value ? "yes" : <span className="dim">no</span>;
}
