/** What the product reads: subscriptions, and the feed of changes. */
import { and, asc, desc, eq, gte, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { Page } from "../../../shared/views/page.ts";
import { marksOf } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import type { Database, Executor } from "../connection/database.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { after, decodeCursor, encodeCursor, pageOf } from "../statements/keyset.ts";
import { activity } from "../schema/activity.ts";
import { offers } from "../schema/offers.ts";
import { plans, subscriptionPrices as prices } from "../schema/plans.ts";
import { confirmations, events } from "../schema/product.ts";
import { subscriptionEmails, subscriptions as s } from "../schema/subscriptions.ts";
import { fillNames } from "./names.ts";
import { spellingsOf } from "./entitlements.ts";
import { isOwnPrice } from "./prices.ts";
import { exactLexeme } from "./search-conditions.ts";
import { assignPositions } from "../writes/event-positions.ts";

export type ProductSubscription = {
  row: typeof s.$inferSelect;
  confirmation: typeof confirmations.$inferSelect | null;
  offerName: string | null;
  planName: string | null;
  /** Null as a whole if Microsoft has given no amount for its plan and term. */
  price: Pick<typeof prices.$inferSelect, "amount" | "currency" | "isPerSeat"> | null;
};

const columns = {
  row: s,
  confirmation: confirmations,
  offerName: offers.name,
  planName: plans.name,
  price: { amount: prices.amount, currency: prices.currency, isPerSeat: prices.isPerSeat },
};

const isOwnPlan = and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId));

export type ProductFilters = {
  status?: SubscriptionStatus;
  offer?: string;
  plan?: string;
  updatedSince?: string;
  /** A party: purchaser or beneficiary with all that is given. */
  tenant?: string;
  objectId?: string;
  email?: string;
  cursor?: string;
};

/** Subscriptions in order of last change, the oldest first, so that one that changes during the reading appears again. */
export async function listForProduct(
  db: Database,
  filters: ProductFilters,
  size: number,
): Promise<Page<ProductSubscription>> {
  const order = {
    expression: sql`${s.updatedAt}`,
    type: "timestamptz",
    id: sql`${s.id}`,
    direction: "asc",
  } as const;
  const rows = await db
    .select(columns)
    .from(s)
    .leftJoin(confirmations, eq(confirmations.subscriptionId, s.id))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(plans, isOwnPlan)
    .leftJoin(prices, isOwnPrice)
    .where(
      and(
        filters.status && eq(s.status, filters.status),
        filters.offer === undefined ? undefined : eq(s.offerId, filters.offer),
        filters.plan === undefined ? undefined : eq(s.planId, filters.plan),
        filters.updatedSince === undefined ? undefined : gte(s.updatedAt, new Date(filters.updatedSince)),
        partyIs(filters),
        after(filters.cursor, order),
      ),
    )
    .orderBy(asc(s.updatedAt), asc(s.id))
    .limit(size + 1);
  return pageOf(
    rows,
    (row) => row,
    ({ row }) => ({ value: row.updatedAt.toISOString(), id: row.id }),
    size,
  );
}

const parties = [
  { tenantId: s.beneficiaryTenantId, objectId: s.beneficiaryObjectId, email: s.beneficiaryEmail },
  { tenantId: s.purchaserTenantId, objectId: s.purchaserObjectId, email: s.purchaserEmail },
];

/** The purchaser or the beneficiary has all of these attributes. */
function partyIs({ tenant, objectId, email }: ProductFilters): SQL | undefined {
  if (tenant === undefined && email === undefined) return undefined;
  const isParty = or(
    ...parties.map((party) =>
      and(
        tenant === undefined ? undefined : inArray(party.tenantId, spellingsOf(tenant)),
        objectId === undefined ? undefined : inArray(party.objectId, spellingsOf(objectId)),
        email === undefined ? undefined : sql`lower(${party.email}) = ${email.toLowerCase()}`,
      ),
    ),
  );
  // The index of addresses finds the few rows that are compared; it has the first 200 characters of each.
  const isFound = email && sql`${subscriptionEmails} @@ ${exactLexeme(email.toLowerCase().slice(0, 200))}`;
  return and(isFound || undefined, isParty);
}

/** Prepared, because planning it takes much longer than running it. */
const subscriptionForProduct = oncePerDatabase((db) =>
  db
    .select(columns)
    .from(s)
    .leftJoin(confirmations, eq(confirmations.subscriptionId, s.id))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(plans, isOwnPlan)
    .leftJoin(prices, isOwnPrice)
    .where(eq(s.id, sql.placeholder("id")))
    .prepare("subscription_for_product"),
);

/** One subscription; null when there is none. */
export async function findForProduct(db: Database, id: string): Promise<ProductSubscription | null> {
  const [row] = await subscriptionForProduct(db).execute({ id });
  return row ?? null;
}

export type ProductEvent = {
  entry: typeof activity.$inferSelect;
  /** The current state, not the one at the event; null if it no longer exists. */
  subscription: ProductSubscription | null;
};

export type Feed = { events: ProductEvent[]; next: string; hasMore: boolean };

/** The current end of the feed, instead of a cursor. */
export const latest = "latest";

/** Prepared, because each page of the feed and each batch of messages to endpoints needs it, and planning it takes as long as running it. */
const eventsByIds = oncePerDatabase((db) =>
  db
    .select({ entry: activity, ...columns })
    .from(activity)
    .leftJoin(s, eq(s.id, activity.subscriptionId))
    .leftJoin(confirmations, eq(confirmations.subscriptionId, s.id))
    .leftJoin(offers, eq(offers.offerId, s.offerId))
    .leftJoin(plans, isOwnPlan)
    .leftJoin(prices, isOwnPrice)
    .where(sql`${activity.id} = any(${sql.placeholder("ids")}::uuid[])`)
    .prepare("events_by_ids"),
);

/** Events by their ids, with the current state of their subscriptions. */
export async function readEvents(db: Database, ids: string[]): Promise<ProductEvent[]> {
  const rows = await eventsByIds(db).execute({ ids });
  return namedEvents(db, rows.map(eventOf));
}

const resync =
  "Call with `after=latest` and store its `next`, read all subscriptions, then continue from there. Also accept lower versions than yours.";

/**
 * The events after a cursor, in order of their positions and without gaps: a position is assigned only after the
 * commit.
 * @throws AppError `Invalid` for a foreign cursor, `Gone` if later events are no longer stored, or if the database is older than
 * the cursor because a backup was restored
 */
export async function readFeed(db: Database, cursor: string | undefined, size: number): Promise<Feed> {
  const from = cursor === undefined || cursor === latest ? feedStart : readPosition(cursor);
  // A reader of the feed comes again soon for what another is assigning now.
  await assignPositions(db, { isAll: cursor === latest, canSkip: cursor !== latest });
  if (cursor === latest) {
    const [last] = await db
      .select({ position: sql<number>`${events.position}`.mapWith(Number), id: events.id })
      .from(events)
      .where(isNotNull(events.position))
      .orderBy(desc(events.position))
      .limit(1);
    return { events: [], next: cursorAt(last ?? feedStart), hasMore: false };
  }
  // Found first, and read by a prepared statement: as one statement, it was planned for each page, which took longer than reading.
  const found = await db
    .select({ position: sql<number>`${events.position}`.mapWith(Number), id: events.id })
    .from(events)
    .where(gte(events.position, from.position))
    .orderBy(asc(events.position))
    .limit(size + 2);
  if (!isStored(from, found[0]))
    throw new AppError("Gone", `Marketdesk was restored from a backup that is older than this cursor. ${resync}`);
  const later = found.filter(({ position }) => position > from.position);
  // Positions are consecutive: a missing one was deleted, and the reader must learn of the gap.
  if (from.position > 0 && (later[0]?.position ?? from.position + 1) > from.position + 1)
    throw new AppError("Gone", `Events after this cursor are no longer stored. ${resync}`);
  const page = later.slice(0, size);
  const read = await readEvents(
    db,
    page.map(({ id }) => id),
  );
  const byId = new Map(read.map((event) => [event.entry.id, event]));
  return {
    events: page.flatMap(({ id }) => byId.get(id) ?? []),
    next: cursorAt(page.at(-1) ?? from),
    hasMore: later.length > size,
  };
}

/**
 * Whether the feed still has the event of a cursor, or deleted it. A restored database ends before it, or has assigned its position
 * to another event: the last event is never deleted.
 * @param next the first event from its position on
 */
function isStored({ position, id }: FeedPosition, next: FeedPosition | undefined): boolean {
  if (position === 0) return true;
  return next !== undefined && (next.position !== position || id === null || next.id === id);
}

type EventRow = Omit<ProductSubscription, "row"> & {
  entry: ProductEvent["entry"];
  row: ProductSubscription["row"] | null;
};

function eventOf({ entry, row, ...others }: EventRow): ProductEvent {
  return { entry, subscription: row && { row, ...others } };
}

/** The events with names in their sentences. */
async function namedEvents(db: Executor, read: ProductEvent[]): Promise<ProductEvent[]> {
  const summaries = read.map(({ entry, subscription }) => marksOf(subscription?.row.offerId ?? null, entry.summary));
  const named = await fillNames(db, summaries);
  return read.map(({ entry, ...event }, index) => ({
    ...event,
    entry: { ...entry, summary: named[index] ?? entry.summary },
  }));
}

/** The last event that was read; the id is null in cursors of older versions. */
type FeedPosition = { position: number; id: string | null };

const feedStart: FeedPosition = { position: 0, id: null };

function cursorAt({ position, id }: FeedPosition): string {
  return encodeCursor({ value: null, id: String(position), mark: id });
}

function readPosition(cursor: string): FeedPosition {
  const { value, id, mark = null } = decodeCursor(cursor);
  if (value === null && /^\d{1,15}$/.test(id)) return { position: Number(id), id: mark };
  throw new AppError("Invalid", "This is not a cursor of the feed. Use the `next` of a previous response, or omit it.");
}
