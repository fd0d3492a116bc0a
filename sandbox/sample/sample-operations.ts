/** The past operations of the sample's subscriptions. */
import type { WebhookAction } from "../../shared/lifecycle.ts";
import { findPlan } from "../fulfillment/catalog.ts";
import type { Random } from "../random.ts";
import type { SampleRow } from "./rows.ts";
import { addOperation } from "../state.ts";
import { addDuration, endOfTerm, termFrom } from "../fulfillment/terms.ts";
import type { Operation, State, Subscription } from "../model.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Times = { activatedAt: number; changedAt: number | null; now: number };
type HistoryItem = { at: number; action: WebhookAction } & Partial<
  Pick<Operation, "planId" | "quantity" | "source" | "status" | "ending">
>;

/** Adds the operations since the activation: changes spread over the time, renewals, the last change of status. */
export function addHistory(
  state: State,
  random: Random,
  row: SampleRow,
  subscription: Subscription,
  times: Times,
): void {
  const until = times.changedAt ?? times.now - dayMs;
  const plan = findPlan(row.offerId, row.planId);
  const items: HistoryItem[] = [
    ...(plan?.autoActivates ? [{ at: times.activatedAt, action: "Subscribe" as const }] : []),
    ...changes(random, row, times.activatedAt, until),
    ...renewals(times.activatedAt, subscription.termUnit, until),
    ...suspensions(row, times),
  ];
  if (row.status === "Suspended" && times.changedAt !== null) items.push({ at: times.changedAt, action: "Suspend" });
  if (row.status === "Unsubscribed" && times.changedAt !== null)
    items.push({ at: times.changedAt, action: "Unsubscribe" });

  let quantity = row.formerSeats?.[0] ?? row.quantity;
  let planId = row.formerPlan ?? row.planId;
  for (const item of items.toSorted((a, b) => a.at - b.at)) {
    const operation = operationOf(random, subscription, { planId, quantity, ...item });
    addOperation(state, operation);
    if (operation.status !== "Succeeded") continue;
    quantity = operation.quantity;
    planId = operation.planId;
  }
}

function changes(random: Random, row: SampleRow, from: number, until: number): HistoryItem[] {
  const seats = [...(row.formerSeats ?? []).slice(1), ...(row.formerSeats ? [row.quantity] : [])];
  const planned: Omit<HistoryItem, "at">[] = seats.map((quantity) => ({
    action: "ChangeQuantity",
    quantity,
    source: source(random, row),
  }));
  if (row.formerPlan) planned.splice(1, 0, { action: "ChangePlan", planId: row.planId, source: source(random, row) });
  if (row.wasRefused) {
    const quantity = (row.quantity ?? 1) * 4;
    planned.push({ action: "ChangeQuantity", quantity, status: "Failed", ending: "The publisher answered Failure." });
  }
  const step = (until - from) / (planned.length + 1);
  return planned.map((item, index) => ({ at: Math.round(from + step * (index + 0.6 + random.next() * 0.6)), ...item }));
}

function source(random: Random, row: SampleRow): Operation["source"] {
  return !row.isResold && random.next() < 0.4 ? "Partner" : "Azure";
}

// The last six renewals are enough.
function renewals(activatedAt: number, termUnit: string, until: number): HistoryItem[] {
  const found: HistoryItem[] = [];
  let term = termFrom(activatedAt, termUnit);
  while (endOfTerm(term.termEnd) <= until) {
    found.push({ at: endOfTerm(term.termEnd) + 4 * hourMs, action: "Renew" });
    term = termFrom(addDuration(term.termStart, termUnit), termUnit);
  }
  return found.slice(-6);
}

function suspensions(row: SampleRow, { now }: Times): HistoryItem[] {
  if (row.reinstated === undefined) return [];
  const at = now - row.reinstated * dayMs;
  return [
    { at: at - 6 * dayMs, action: "Suspend" },
    { at, action: "Reinstate", ending: "The publisher answered Success." },
  ];
}

function operationOf(
  random: Random,
  subscription: Subscription,
  item: HistoryItem & { planId: string; quantity: number | null },
): Operation {
  const status = item.status ?? "Succeeded";
  const isChange = item.action === "ChangePlan" || item.action === "ChangeQuantity";
  const happened = isChange ? "The publisher answered Success." : "Made by Microsoft.";
  return {
    id: random.guid(),
    subscriptionId: subscription.id,
    action: item.action,
    status,
    source: item.source ?? "Azure",
    planId: item.planId,
    quantity: item.quantity,
    createdAt: item.at,
    dueAt: null,
    finishedAt: item.at + (isChange ? random.between(900, 6000) : 0),
    isApplied: status === "Succeeded",
    ending: item.ending ?? (item.source === "Partner" ? "Done." : happened),
    errorMessage: status === "Failed" ? "The operation was rejected by the publisher." : "",
  };
}
