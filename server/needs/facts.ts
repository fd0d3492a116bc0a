/** The facts that the words of needs use. */
import { and, eq, notInArray, sql } from "drizzle-orm";
import type { Day } from "../../shared/day.ts";
import type { Executor } from "../database/connection/database.ts";
import { subscriptionMoney as money } from "../database/schema/money.ts";
import { offers } from "../database/schema/offers.ts";
import { operations as o } from "../database/schema/operations.ts";
import { plans } from "../database/schema/plans.ts";
import { subscriptions as s } from "../database/schema/subscriptions.ts";
import { customerName } from "../database/statements/customer-name.ts";
import type { ItemRow } from "./items.ts";

const subscriptionFacts = {
  id: s.id,
  name: s.name,
  ownerId: s.ownerId,
  ownerName: s.ownerName,
  offerId: s.offerId,
  offerName: offers.name,
  planName: sql<string>`coalesce(${plans.name}, ${s.planId})`,
  customer: customerName,
  email: sql<string | null>`coalesce(${s.contactEmail}, ${s.purchaserEmail}, ${s.beneficiaryEmail})`,
  status: s.status,
  unrecognisedStatus: s.unrecognisedStatus,
  autoRenews: s.autoRenews,
  termEndsOn: s.termEndsOn,
  isStartUnknown: sql<boolean>`${s.statusSince} <= ${s.createdAt}`,
  monthly: money.monthly,
  currency: money.currency,
};

const operationFacts = {
  id: o.id,
  action: o.action,
  planId: o.planId,
  quantity: o.quantity,
  attempts: o.attempts,
  lastError: o.lastError,
};

export type SubscriptionFacts = {
  id: string;
  name: string;
  ownerId: string | null;
  ownerName: string | null;
  offerId: string;
  offerName: string | null;
  planName: string;
  customer: string | null;
  email: string | null;
  status: string;
  unrecognisedStatus: string | null;
  autoRenews: boolean | null;
  termEndsOn: Day | null;
  isStartUnknown: boolean;
  monthly: string | null;
  currency: string | null;
};

type OperationFacts = {
  id: string;
  action: string;
  planId: string | null;
  quantity: number | null;
  attempts: number;
  lastError: string | null;
};

/** An item with the facts that its words need. */
export type NeedRow = ItemRow & { subscription: SubscriptionFacts | undefined; operation: OperationFacts | undefined };

/** Looks the facts up by key: in one statement with the items, PostgreSQL would read whole tables for them. */
export async function withFacts(db: Executor, items: ItemRow[]): Promise<NeedRow[]> {
  const bySubscription = await readSubscriptions(db, known(items.map((item) => item.subscription_id)));
  const byOperation = await readOperations(db, known(items.map((item) => item.operation_id)));
  return items.map((item) => ({
    ...item,
    subscription: bySubscription.get(item.subscription_id ?? ""),
    operation: byOperation.get(item.operation_id ?? ""),
  }));
}

const known = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];

// Prepared without the ids: planned for several hundred of them, PostgreSQL reads whole tables and indexes instead of looking them up.
const ids = sql.placeholder("ids");

async function readSubscriptions(db: Executor, wanted: string[]): Promise<Map<string, SubscriptionFacts>> {
  if (wanted.length === 0) return new Map();
  const rows = await db
    .select(subscriptionFacts)
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(money, and(eq(money.subscriptionId, s.id), notInArray(money.state, ["test", "ended"])))
    .where(sql`${s.id} = any(${ids}::text[])`)
    .prepare("needs_subscriptions")
    .execute({ ids: wanted });
  return new Map(rows.map((facts) => [facts.id, facts]));
}

async function readOperations(db: Executor, wanted: string[]): Promise<Map<string, OperationFacts>> {
  if (wanted.length === 0) return new Map();
  const rows = await db
    .select(operationFacts)
    .from(o)
    .where(sql`${o.id} = any(${ids}::uuid[])`)
    .prepare("needs_operations")
    .execute({ ids: wanted });
  return new Map(rows.map((facts) => [facts.id, facts]));
}
