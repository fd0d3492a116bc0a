/** How each kind of search result looks, and where it leads. */
import type { LinkOptions } from "@tanstack/react-router";
import type { FindView } from "../../shared/views/find.ts";
import { Dot } from "../components/status.tsx";
import { Ago, DateTime } from "../components/time.tsx";
import { countOf, formatNumber } from "../text/format.ts";
import { operationActionLabel, operationTitle, outcomeLabels, statusLabels } from "../text/labels.ts";

export type FoundOption = {
  key: string;
  link: LinkOptions;
  /** Done instead of following the link. */
  run?(): void;
  title: string;
  /** Next to the title: customer and status. */
  details: React.ReactNode;
  /** The field that matched; null if it is the title. */
  matched: string | null;
};

export const subscriptionOption = (row: FindView["subscriptions"][number]): FoundOption => ({
  key: `subscription-${row.id}`,
  link: { to: "/subscriptions/$id", params: { id: row.id } },
  title: row.name,
  details: (
    <>
      {row.customer && <span>{row.customer}</span>}
      <span>{row.planName}</span>
      <Dot tone={statusLabels[row.status].tone}>{statusLabels[row.status].short}</Dot>
      {row.isOnHold && <span>on hold</span>}
    </>
  ),
  matched: row.matched,
});

export const customerOption = (row: FindView["customers"][number]): FoundOption => ({
  key: `customer-${row.id}`,
  link: { to: "/customers/$id", params: { id: row.id } },
  title: row.name,
  details: (
    <>
      {row.domain && <span>{row.domain}</span>}
      <span>
        {formatNumber(row.activeSubscriptions)} of {countOf(row.subscriptions, "subscription")} active
      </span>
    </>
  ),
  matched: row.matched,
});

export const operationOption = (row: FindView["operations"][number]): FoundOption => ({
  key: `operation-${row.id}`,
  link: { to: "/operations/$id", params: { id: row.id } },
  title: operationTitle(row),
  details: (
    <>
      <span>{row.subscriptionName}</span>
      <span>{row.outcome ? outcomeLabels[row.outcome].label : "open"}</span>
      <Ago at={row.createdAt} />
    </>
  ),
  matched: row.matched,
});

export const deliveryOption = (row: FindView["deliveries"][number]): FoundOption => ({
  key: `delivery-${row.id}`,
  link: { to: "/deliveries/$id", params: { id: row.id } },
  title: row.action === null ? "Unrecognized" : operationActionLabel(row.action),
  details: (
    <>
      {row.subscriptionName && <span>{row.subscriptionName}</span>}
      <Ago at={row.receivedAt} />
    </>
  ),
  matched: row.matched,
});

export const callOption = (row: FindView["calls"][number]): FoundOption => ({
  key: `call-${row.id}`,
  link:
    row.subscriptionId === null
      ? { to: "/settings/connection" }
      : { to: "/subscriptions/$id", params: { id: row.subscriptionId } },
  title: `${row.name}: ${row.status ?? "no response"}`,
  details: (
    <>
      <span>{row.path}</span>
      <span>{formatNumber(row.durationMs)} ms</span>
      {row.attempt > 1 && <span>attempt {row.attempt}</span>}
      <DateTime at={row.at} />
    </>
  ),
  matched: row.matched,
});

export const landingProblemOption = (row: FindView["landingProblems"][number]): FoundOption => ({
  key: `trouble-${row.supportCode}-${row.at}`,
  link: { to: "/activity", search: { q: row.supportCode } },
  title: row.summary,
  details: <Ago at={row.at} />,
  matched: "support code",
});

export const planOption = (row: FindView["plans"][number]): FoundOption => ({
  key: `plan-${row.offerId}-${row.planId}`,
  link: { to: "/subscriptions", search: { offer: row.offerId, plan: row.planId } },
  title: row.name,
  details: <span>subscriptions of this plan of {row.offerName}</span>,
  matched: null,
});
