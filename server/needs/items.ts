/** Waiting and snoozed needs, as parts of statements: an index range for each kind. */
import { type SQL, sql } from "drizzle-orm";
import { needKind, needKindNames, type NeedKindName } from "./kinds.ts";
import { noTime } from "./sources.ts";

/** The most that are listed, and counted, of one kind. */
export const listedOfKind = 100;
export const countedOfKind = 1_000;

/** Whose needs: of what this staff member owns, or of these subscriptions. */
export type NeedScope = { owner?: SQL; subscriptions?: SQL };
/** The snoozed ones, the others, all of both, or a single one in either state. */
type Several = { which: "snoozed" | "waiting" | "all"; limit: number } & NeedScope;
type Wanted = Several | { which: "one"; id: string };

/** The present instant, and the reader's day. */
export type When = { now: SQL; today: SQL };

/** The items of these kinds, each kind's together. */
export function allItems(when: When, wanted: Several, kinds: readonly NeedKindName[] = needKindNames): SQL {
  return sql.join(
    kinds.map((name) => itemsOf(name, when, wanted)),
    sql` union all `,
  );
}

/** The items of a kind: subject, deadline and snooze. */
export function itemsOf(name: NeedKindName, { now, today }: When, wanted: Wanted): SQL {
  const kind = needKind(name);
  const source = kind.source(now, today);
  const { id, dueAt } = source;
  const type = sql.raw(source.idType);
  const isAbout = sql`z.deadline is not distinct from (${dueAt})`;
  const limit = wanted.which === "one" ? 1 : wanted.limit;
  // Snoozes are few, so they are read first; otherwise they are looked up by key for each item.
  const joined =
    wanted.which === "snoozed"
      ? sql`join (select * from snoozes where kind = ${name} and until > ${now} order by until limit ${sql.raw(String(limit))}) z
          on z.subject_id::${type} = ${id} and ${isAbout}`
      : sql`left join snoozes z on z.kind = ${name} and z.subject_id = ${id}::text and z.until > ${now} and ${isAbout}`;
  const isWanted =
    wanted.which === "one"
      ? sql`${id} = ${wanted.id}::${type}`
      : wanted.which === "waiting"
        ? sql`z.until is null`
        : sql`true`;
  const scope: NeedScope = wanted.which === "one" ? {} : wanted;
  const isOwn = scope.owner ? sql` and ${source.ownerId} = ${scope.owner}` : sql``;
  // Snoozed ones are read from the few snoozes.
  const from =
    scope.owner && source.fromOfOwner && wanted.which === "waiting" ? source.fromOfOwner(scope.owner) : source.from;
  const isOfThese = scope.subscriptions ? sql` and ${source.subscriptionId} = any(${scope.subscriptions})` : sql``;
  return sql`(select ${name}::text as kind, ${id}::text as id, ${source.subscriptionId} as subscription_id,
      ${source.operationId} as operation_id, ${dueAt} as due_at, ${source.since ?? noTime} as since_at,
      ${source.quoted} as quoted, ${source.ownerId} as owner_id,
      ${kind.windowMs}::bigint as window_ms, z.until, z.reason as snooze_reason, z.actor_name, z.created_at as snoozed_at
    from ${from} ${joined} where ${source.where} and ${isWanted}${isOwn}${isOfThese} order by ${source.order} limit ${sql.raw(String(limit))})`;
}

export type ItemRow = {
  kind: NeedKindName;
  id: string;
  subscription_id: string | null;
  operation_id: string | null;
  due_at: string | null;
  since_at: string | null;
  quoted: string | null;
  owner_id: string | null;
  until: string | null;
  snooze_reason: string | null;
  actor_name: string | null;
  snoozed_at: string | null;
};

/** The columns of `ItemRow`, of items named `items`. */
export const itemColumns = {
  kind: sql<NeedKindName>`items.kind`,
  id: sql<string>`items.id`,
  subscription_id: sql<string | null>`items.subscription_id`,
  operation_id: sql<string | null>`items.operation_id`,
  due_at: sql<string | null>`items.due_at`,
  since_at: sql<string | null>`items.since_at`,
  quoted: sql<string | null>`items.quoted`,
  owner_id: sql<string | null>`items.owner_id`,
  until: sql<string | null>`items.until`,
  snooze_reason: sql<string | null>`items.snooze_reason`,
  actor_name: sql<string | null>`items.actor_name`,
  snoozed_at: sql<string | null>`items.snoozed_at`,
};
