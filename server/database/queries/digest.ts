/** The content of a weekly digest: the number of subscriptions of each kind, and the first of them. */
import { and, desc, type SQL, sql } from "drizzle-orm";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import type { Executor } from "../connection/database.ts";
import { firstIdAt } from "../statements/keyset.ts";
import { credentials } from "../schema/credentials.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { matching } from "./subscription-filter.ts";

/** More are only counted. */
const maxListed = 5;

export type DigestRow = {
  name: string;
  purchasedAt: Date | null;
  termEndsOn: Day | null;
  autoRenews: boolean | null;
  /** Seats a week ago and now; null in sections that are not about seats. */
  seats: { from: number; to: number } | null;
};
export type DigestSection = { count: number; rows: DigestRow[] };
type Filters = Omit<SubscriptionFilters, "cursor">;
/** With the filters of the list that has the same subscriptions; null: no list has. */
export type ListedSection = DigestSection & { list: Filters | null };

export type Digest = {
  stuck: ListedSection;
  ending: ListedSection;
  trials: ListedSection;
  falling: DigestSection;
  drifted: DigestSection;
  secrets: { app: string; kind: "secret" | "certificate"; endsOn: Day }[];
};

/** A purchase that no one has activated for more than a day is stuck, and lists are filtered by whole days. */
const stuckAfterDays = 2;
const weekMs = 7 * 86_400_000;

/**
 * @param scope filters of the subscriptions that it is about, without "me"
 * @param today the reader's day
 */
export async function readDigest(
  db: Executor,
  scope: Filters,
  { now, today }: { now: Date; today: Day },
): Promise<Digest> {
  const ofScope = matching({ ...scope, today });
  const read = (where: SQL | undefined, order: SQL) => readSection(db, and(ofScope, where), order);
  const readListed = async (own: Filters, order: SQL) => ({
    ...(await read(matching({ ...own, today }), order)),
    list: listOf(scope, own),
  });
  const isEnding = (trial: boolean) => ({ status: "Subscribed", endsIn: "next30", trial }) as const;
  const since = new Date(now.getTime() - weekMs);
  const [stuck, ending, trials, falling, drifted, secrets] = await Promise.all([
    readListed(
      { status: "PendingFulfillmentStart", purchasedTo: addDays(utcDayOf(now), -stuckAfterDays) },
      sql`${s.purchasedAt}`,
    ),
    readListed(isEnding(false), sql`${s.termEndsOn}`),
    readListed(isEnding(true), sql`${s.termEndsOn}`),
    readFalling(db, ofScope, since),
    read(
      sql`${s.id} = any(array(select subscription_id from differences
        where kind in ('drift', 'missing', 'unrecognised') and id >= ${firstIdAt(since.getTime())}::uuid and subscription_id is not null))`,
      sql`${s.name}`,
    ),
    db
      .select({ app: credentials.app, kind: credentials.kind, endsOn: credentials.endsOn })
      .from(credentials)
      .orderBy(credentials.endsOn),
  ]);
  return {
    stuck,
    ending,
    trials,
    falling,
    drifted,
    secrets: secrets.flatMap(({ endsOn, ...row }) => (endsOn === null ? [] : [{ ...row, endsOn }])),
  };
}

/** Null if a view filters by the same fact in another way: one list cannot have both. */
function listOf(scope: Filters, own: Filters): Filters | null {
  const others = new Map(Object.entries(scope));
  const differs = Object.entries(own).some(([name, value]) => (others.get(name) ?? value) !== value);
  return differs ? null : { ...scope, ...own };
}

const columns = {
  name: s.name,
  purchasedAt: s.purchasedAt,
  termEndsOn: s.termEndsOn,
  autoRenews: s.autoRenews,
  count: sql<number>`count(*) over ()::int`,
};

async function readSection(db: Executor, where: SQL | undefined, order: SQL): Promise<DigestSection> {
  const rows = await db.select(columns).from(s).where(where).orderBy(order, s.id).limit(maxListed);
  return { count: rows[0]?.count ?? 0, rows: rows.map(({ count: _, ...row }) => ({ ...row, seats: null })) };
}

/** Fewer seats than a week ago. Seats that fell and rose again do not count. */
async function readFalling(db: Executor, ofScope: SQL | undefined, since: Date): Promise<DigestSection> {
  const change = sql`(
    select subscription_id, (array_agg((before->>'quantity')::int order by id))[1] as former,
      (array_agg((after->>'quantity')::int order by id desc))[1] as latest
    from activity where kind = 'subscription.quantity_changed' and id >= ${firstIdAt(since.getTime())}::uuid and subscription_id is not null
    group by subscription_id) as change`;
  const former = sql<number>`change.former`;
  const latest = sql<number>`change.latest`;
  const rows = await db
    .select({ ...columns, former, latest })
    .from(s)
    .innerJoin(change, sql`change.subscription_id = ${s.id}`)
    .where(and(ofScope, sql`${latest} < ${former}`))
    .orderBy(desc(sql`${former} - ${latest}`), s.id)
    .limit(maxListed);
  return {
    count: rows[0]?.count ?? 0,
    rows: rows.map(({ count: _, former: from, latest: to, ...row }) => ({ ...row, seats: { from, to } })),
  };
}
