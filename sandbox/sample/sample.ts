/** Fills a state with realistic subscriptions: all statuses, dates relative to now, and a history. */
import { findOffer, findPlan } from "../fulfillment/catalog.ts";
import { companies } from "../companies.ts";
import { findPersona, partyOf } from "../personas.ts";
import { createRandom } from "../random.ts";
import type { Random } from "../random.ts";
import { addHistory } from "./sample-operations.ts";
import { sampleRows } from "./rows.ts";
import type { SampleRow } from "./rows.ts";
import { addSubscription } from "../state.ts";
import { addDuration, endOfTerm, termFrom } from "../fulfillment/terms.ts";
import type { Party, State, Subscription } from "../model.ts";

const dayMs = 86_400_000;

/**
 * Adds the forty subscriptions of the sample (or other rows) with their history, or `count` generated ones without. The
 * same seed and instant give the same subscriptions.
 */
export function addSample(
  state: State,
  now: number,
  options: { count?: number; seed?: number | undefined; rows?: readonly SampleRow[] } = {},
): void {
  const random = createRandom(options.seed ?? 20_180_831);
  const { count } = options;
  if (count === undefined) {
    for (const row of options.rows ?? sampleRows) addRow(state, random, row, now, true);
    return;
  }
  for (let index = 0; index < count; index += 1) addRow(state, random, generatedRow(random, index), now, false);
}

const generatedPlans = ["insight/team", "insight/business", "vault/basic", "vault/plus"] as const;
const generatedStatuses = ["Subscribed", "Subscribed", "Subscribed", "Suspended", "Unsubscribed"] as const;

function generatedRow(random: Random, index: number): SampleRow {
  const [offerId = "", planId = ""] = random.pick(generatedPlans).split("/");
  const company = companies[index % companies.length];
  const age = random.between(40, 900);
  const status = random.pick(generatedStatuses);
  return {
    customer: company?.name ?? "",
    offerId,
    planId,
    quantity: offerId === "insight" ? random.between(5, 50) : null,
    status,
    age,
    ...(status === "Subscribed" ? {} : { since: random.between(1, 25) }),
    name: `${company?.name ?? ""} site ${index + 1}`,
  };
}

function addRow(state: State, random: Random, row: SampleRow, now: number, hasHistory: boolean): void {
  const customer = customerOf(row.customer);
  const reseller = findPersona("reseller");
  const purchaser = row.isResold && reseller ? partyOf(reseller) : customer;
  const createdAt = now - Math.round(row.age * dayMs) - random.between(0, 500_000);
  const changedAt = row.since === undefined ? null : now - Math.round(row.since * dayMs);
  const plan = findPlan(row.offerId, row.planId);
  const termUnit = plan?.termUnit ?? "P1M";
  const isEnded = row.status === "Unsubscribed";
  const subscription: Subscription = {
    id: random.guid(),
    name: nameOf(row),
    offerId: row.offerId,
    planId: row.planId,
    quantity: row.quantity,
    status: row.status,
    purchaser,
    beneficiary: customer,
    termUnit,
    termStart: null,
    termEnd: null,
    autoRenew: !isEnded && (row.autoRenew ?? true),
    isFreeTrial: plan?.hasFreeTrials ?? false,
    isTest: row.isTest ?? false,
    allowedCustomerOperations: row.isResold ? ["Read"] : ["Delete", "Update", "Read"],
    sandboxType: "None",
    createdAt,
    suspendedAt: row.status === "Suspended" ? changedAt : null,
    activatesAt: null,
  };
  addSubscription(state, subscription);
  if (row.status === "PendingFulfillmentStart") return;
  const activatedAt = createdAt + (plan?.autoActivates ? 0 : random.between(2, 90) * 600_000);
  Object.assign(subscription, termAt(activatedAt, termUnit, changedAt ?? now));
  if (hasHistory) addHistory(state, random, row, subscription, { activatedAt, changedAt, now });
}

/** A row's own name, or the customer's and the offer's. */
export function nameOf(row: SampleRow): string {
  return (
    row.name ?? `${customerOf(row.customer).company} ${findOffer(row.offerId)?.name.replace("Contoso ", "") ?? ""}`
  );
}

/** The term that contains `at`, if the first term began on the day of `activatedAt`. */
export function termAt(activatedAt: number, termUnit: string, at: number): { termStart: number; termEnd: number } {
  let term = termFrom(activatedAt, termUnit);
  while (endOfTerm(term.termEnd) <= at) term = termFrom(addDuration(term.termStart, termUnit), termUnit);
  return term;
}

function customerOf(name: string): Party {
  const persona = findPersona(name);
  if (!persona) throw new Error(`The sample names ${name}, which is neither a company nor a persona.`);
  return partyOf(persona);
}
