/** Updates our copy of a subscription to Microsoft's, with one timeline entry for each change. */
import { and, eq } from "drizzle-orm";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import type { SubscriptionRow } from "../../database/writes/settlement.ts";
import { notReservedByOthers } from "../../database/writes/truth-reservation.ts";
import {
  type Change,
  changesBetween,
  differingFacts,
  type FactName,
  pickFacts,
  type SubscriptionFacts,
} from "../../domain/subscription.ts";
import type { MarketplaceSubscription } from "../../marketplace/types.ts";
import { factsOf } from "./facts-of.ts";
import { requestUnknownPlans } from "../subscriptions/learn-plans.ts";

export type FirstSeenBy = "landing" | "webhook" | "reconcile";

export type Applied = {
  isNew: boolean;
  /** Names of the facts that changed; empty if our copy was in sync. */
  changed: FactName[];
  /** The values of these facts before and after. */
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  status: SubscriptionStatus;
  planId: string;
  quantity: number | null;
};

/** The version of our copy before Microsoft is asked; null if we have none. */
export async function readVersion(db: Executor, subscriptionId: string): Promise<number | null> {
  const rows = await db
    .select({ version: subscriptions.version })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  return rows[0]?.version ?? null;
}

/**
 * Applies Microsoft's response in the caller's transaction, under the row's lock.
 * @param seenVersion from `readVersion` before Microsoft was asked; null is returned if our copy has changed since;
 * then Microsoft has to be asked again
 */
export async function applyTruth(
  ctx: Pick<Context, "actor" | "now">,
  tx: Executor,
  input: {
    truth: MarketplaceSubscription;
    seenVersion: number | null;
    firstSeenBy: FirstSeenBy;
    /** The id of the reader that reserved the subscription, if it is the caller. */
    readerId?: string | null;
    operationId?: string | null;
    reason?: string | null;
  },
): Promise<Applied | null> {
  const { truth, readerId = null } = input;
  const [row] = await tx.select().from(subscriptions).where(eq(subscriptions.id, truth.id)).for("update");
  if ((row?.version ?? null) !== input.seenVersion) return null;
  if (!row) return (await addTruths(ctx, tx, { ...input, truths: [truth] }))[0] ?? null;
  const now = ctx.now();
  const { facts, changed, columns } = differenceFrom(row, truth, now);
  const written = await tx
    .update(subscriptions)
    .set(columns)
    .where(and(eq(subscriptions.id, truth.id), notReservedByOthers(readerId)))
    .returning({ id: subscriptions.id });
  if (written.length === 0) return null;
  if (changed.length > 0) {
    const cause = { subscriptionId: truth.id, operationId: input.operationId, reason: input.reason };
    await record(
      tx,
      ctx.actor,
      now,
      changesBetween(row, facts).map((entry) => ({ ...entry, ...cause })),
    );
    await announce(tx, [{ topic: "subscription", subscriptionId: truth.id }]);
    if (changed.includes("planId")) await requestUnknownPlans(tx, [{ ...facts, id: truth.id }]);
  }
  return {
    ...outcomeOf(facts),
    isNew: false,
    changed,
    before: pickFacts(row, changed),
    after: pickFacts(facts, changed),
  };
}

/**
 * What Microsoft's response changes in our copy: the facts, the names of the different ones, and the columns to
 * write.
 */
export function differenceFrom(current: SubscriptionRow, truth: MarketplaceSubscription, now: Date) {
  const facts = factsOf(truth, current);
  const changed = differingFacts(current, facts);
  const common = { raw: current.personErasedAt ? current.raw : truth.raw, syncedAt: now };
  const isActivation = current.status === "PendingFulfillmentStart" && facts.status === "Subscribed";
  const since =
    facts.status === current.status ? {} : { statusSince: now, ...(isActivation ? { activatedAt: now } : {}) };
  const columns: Partial<SubscriptionRow> =
    changed.length > 0 ? { ...facts, ...common, ...since, version: current.version + 1, updatedAt: now } : common;
  return { facts, changed, columns };
}

/** The columns of a subscription that is new to us. */
export function columnsOfNew(truth: MarketplaceSubscription, firstSeenBy: FirstSeenBy, now: Date) {
  const facts = factsOf(truth, null);
  const common = { syncedAt: now, firstSeenBy, statusSince: now, createdAt: now, updatedAt: now };
  return { facts, columns: { id: truth.id, version: 1, raw: truth.raw, ...facts, ...common } };
}

/**
 * Adds subscriptions in the caller's transaction. Those that another caller has added first are left alone and not
 * returned.
 */
export async function addTruths(
  ctx: Pick<Context, "actor" | "now">,
  tx: Executor,
  input: {
    truths: MarketplaceSubscription[];
    firstSeenBy: FirstSeenBy;
    operationId?: string | null;
    reason?: string | null;
    /** Replaces `reason` if each subscription has its own. */
    reasonOf?: (truth: MarketplaceSubscription) => string;
  },
): Promise<(Applied & { id: string })[]> {
  const now = ctx.now();
  const rows = input.truths
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((truth) => ({ truth, ...columnsOfNew(truth, input.firstSeenBy, now) }));
  if (rows.length === 0) return [];
  const inserted = await tx
    .insert(subscriptions)
    .values(rows.map(({ columns }) => columns))
    .onConflictDoNothing()
    .returning({ id: subscriptions.id });
  const ids = new Set(inserted.map(({ id }) => id));
  const added = rows.filter(({ truth }) => ids.delete(truth.id));
  const entries = added.flatMap(({ truth, facts }) =>
    changesBetween(null, facts).map((entry: Change) => ({
      ...entry,
      subscriptionId: truth.id,
      operationId: input.operationId,
      reason: input.reasonOf?.(truth) ?? input.reason,
    })),
  );
  await record(tx, ctx.actor, now, entries);
  await announce(
    tx,
    added.map(({ truth }) => ({ topic: "subscription", subscriptionId: truth.id })),
  );
  await requestUnknownPlans(
    tx,
    added.map(({ truth, facts }) => ({ ...facts, id: truth.id })),
  );
  return added.map(({ truth, facts }) => ({
    ...outcomeOf(facts),
    id: truth.id,
    isNew: true,
    changed: [],
    before: {},
    after: pickFacts(facts, ["status", "offerId", "planId", "quantity"]),
  }));
}

function outcomeOf({ status, planId, quantity }: SubscriptionFacts) {
  return { status, planId, quantity };
}
