/** The filters of the audit trail as conditions. */
import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { activityKinds, type ActivityTopic } from "../../../shared/activity-kinds.ts";
import type { ActivityFilters } from "../../../shared/filters.ts";
import type { Database } from "../connection/database.ts";
import { within } from "../statements/keyset.ts";
import { activity as a, activityOrigin, activityWords } from "../schema/activity.ts";
import { subscriptionNotes } from "../schema/subscriptions.ts";
import { withIds } from "./names.ts";
import { wordsIn } from "./search-conditions.ts";
import { subscriptionsNamed } from "./subscription-words.ts";

/** Our requests that a topic includes: those that ask for this fact. */
const requestedFacts: Partial<Record<ActivityTopic, string>> = { plan: "planId", seats: "quantity" };

/**
 * The entries that the filters match, except for words; order and page are the caller's. Expects the result of
 * `resolveOwnerMe`.
 */
export function activityMatching(filters: ActivityFilters): SQL | undefined {
  return and(
    filters.subscription ? eq(a.subscriptionId, filters.subscription) : undefined,
    filters.actor && eq(a.actorKind, filters.actor),
    filters.person ? eq(a.actorId, filters.person) : undefined,
    filters.source && sql`${activityOrigin(a)} = ${filters.source}::activity_source`,
    filters.topic && aboutTopic(filters.topic),
    filters.reasonCode ? eq(a.reasonCode, filters.reasonCode) : undefined,
    filters.kind ? eq(a.kind, filters.kind) : undefined,
    filters.run ? eq(a.bulkRunId, filters.run) : undefined,
    within(filters, sql`${a.id}`, sql`${a.at}`),
  );
}

function aboutTopic(topic: ActivityTopic): SQL | undefined {
  const requested = requestedFacts[topic];
  const ofKinds = inArray(a.kind, [...activityKinds[topic]]);
  return requested === undefined
    ? ofKinds
    : or(ofKinds, and(eq(a.kind, "operation.requested"), sql`${a.after} ? ${requested}`));
}

/** Entries that are scanned before the word index is used: a common word is soon found among them. */
const firstScannedRows = 1_000;
/** A word that this many of them have is worth a second scan, of at most 20,000 entries; of a rarer one, the index has few entries. */
const minMatches = 5;

/**
 * The ids of the latest entries with these words: in the entry, its note, or its subscription. PostgreSQL cannot
 * estimate how rare the beginning of a word is, and would read everything for a rare one or collect millions for a
 * common one, so this tries the latest entries first, and then as many as a page should need.
 * @param others all other conditions, including the page's
 */
export async function idsWithWords(db: Database, text: string, others: SQL | undefined, limit: number): Promise<SQL> {
  // Entries hold ids, and people search for the names that they see.
  const named = await withIds(db, text);
  const words = named === null ? wordsIn(text) : sql`(${wordsIn(text)} || ${wordsIn(named)})`;
  const amongLatest = (count: number) => sql`(
    select ${a.id} from (select * from ${a} where ${others ?? sql`true`} order by ${a.id} desc limit ${count}) activity
    where ${activityWords(a)} @@ ${words} order by ${a.id} desc limit ${limit})`;
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from ${amongLatest(firstScannedRows)} latest`,
  );
  const matches = rows[0]?.count ?? 0;
  const scannedRows = matches < minMatches ? 0 : Math.ceil((firstScannedRows * 2 * limit) / matches);
  const ofEntries =
    matches >= limit
      ? amongLatest(firstScannedRows)
      : sql`(with latest as materialized ${amongLatest(scannedRows)},
          found as materialized (select ${a.id} from ${a}
            where ${and(others, sql`${activityWords(a)} @@ ${words}`)} and (select count(*) from latest) < ${limit})
          select id from latest union select id from found order by id desc limit ${limit})`;
  const notes = sql`array(select id from ${subscriptionNotes} where to_tsvector('simple'::regconfig, text) @@ ${words} limit 500)`;
  const ofOthers = (condition: SQL) =>
    sql`(select ${a.id} from ${a} where ${and(others, condition)} order by ${a.id} desc limit ${limit})`;
  // A text of only an apostrophe names no subscription.
  const subscriptions = subscriptionsNamed(text);
  const ofNamed = subscriptions ? sql`union ${ofOthers(sql`${a.subscriptionId} = any(${subscriptions})`)}` : sql``;
  return sql`(select id from (${ofEntries}
    union ${ofOthers(sql`${a.id} = any(${notes})`)} ${ofNamed}) matching order by id desc limit ${limit})`;
}
