/**
 * Finds rows that mention a person, in all tables: tables and columns come from PostgreSQL's catalog, so that new
 * ones are searched too.
 */
import { sql } from "drizzle-orm";
import pg from "pg";
import type { Database, Executor } from "../connection/database.ts";

type Column = { name: string; type: string; isKey: boolean };
export type PersonTable = { name: string; columns: Column[] };

/** A row with its key, its times, and the columns that mention the person. */
export type Mention = { table: PersonTable; row: Record<string, unknown>; mentions: string[] };

const batchRows = 10_000;
const textTypes = new Set(["text", "character varying", "text[]", "jsonb", "json"]);
const timeTypes = /^timestamp|^date$/;

/** They contain only hashes, keys and opaque ids of other tables. */
const hashes = new Set([
  "activity_chain",
  "activity_streams",
  "erased_entries",
  "installation_secret",
  "record_checks",
  "signing_keys",
]);

/**
 * Microsoft's names for things, the product's ids, and words of ours. An erased one would name something else: a plan that does
 * not exist, or usage that is billed again.
 */
const identifiers =
  /^(?:(?:seen_|held_)?plan_id|offer_ids?|offers|allowed_plans|publisher_id|marketplace_id|reused_id|(?:usage_)?event_id|dimension|term_unit|kind|type|event_types|state|status|lane|about)$/;

/** Every table that holds text of its own. */
export async function personTables(db: Executor): Promise<PersonTable[]> {
  const { rows } = await db.execute<PersonTable>(sql`
    select c.relname as name, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
      'isKey', a.attnum = any(i.indkey)) order by a.attnum) as columns
    from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' group by c.relname order by c.relname`);
  return rows.filter(({ name }) => !hashes.has(name));
}

const quote = pg.escapeIdentifier;

/**
 * Reads a table in batches.
 * @param patterns from `patternOf` and `bytePatternOf`
 * @param afterKey reads only the rows after this key, in the order of the primary key
 */
export async function* mentionsIn(
  db: Database,
  table: PersonTable,
  patterns: { text: string; bytes: string },
  afterKey: unknown[] = [],
): AsyncGenerator<Mention> {
  const keys = table.columns.filter(({ isKey }) => isKey);
  const searched = table.columns.filter(
    ({ name, type }) => (textTypes.has(type) || type === "bytea") && !identifiers.test(name),
  );
  if (searched.length === 0) return;
  const key = keys.map(({ name }) => quote(name)).join(", ");
  const conditions = searched.map(({ name, type }) =>
    type === "bytea" ? `encode(${quote(name)}, 'escape') ~* $2` : `${quote(name)}::text ~* $1`,
  );
  const kept = table.columns.filter(({ type, isKey }) => isKey || timeTypes.test(type));
  const columns = [...new Set([...kept, ...searched])].map(({ name }) => quote(name)).join(", ");
  let lastKey = afterKey;
  for (;;) {
    const after = keys.map(({ type }, index) => `$${index + 3}::${type}`).join(", ");
    const { rows } = await db.$client.query<{
      key: unknown[];
      row: Record<string, unknown>;
      found: boolean[];
      is_last: boolean;
    }>(
      `with batch as materialized (
         select ${columns}, array[${conditions.map((one) => `coalesce(${one}, false)`).join(", ")}] as mentioned
         from ${quote(table.name)} where $1::text is not null and $2::text is not null
           ${lastKey.length > 0 ? `and (${key}) > (${after})` : ""} order by ${key} limit ${batchRows}),
       last as (select ${key} from batch order by ${keys.map(({ name }) => `${quote(name)} desc`).join(", ")} limit 1)
       select json_build_array(${key}) as key, to_jsonb(batch) - 'mentioned' as row, mentioned as found, false as is_last
       from batch where true = any(mentioned)
       union all
       select json_build_array(${key}), null, null, (select count(*) from batch) = ${batchRows} from last`,
      [patterns.text, patterns.bytes, ...lastKey],
    );
    for (const { row, found } of rows) {
      if (row === null) continue;
      yield { table, row, mentions: searched.filter((_, index) => found[index]).map(({ name }) => name) };
    }
    const last = rows.find((row) => row.row === null);
    if (!last?.is_last) return;
    lastKey = last.key;
  }
}

/** The columns that say which row it is. */
export function keyOf({ table, row }: Mention): Record<string, unknown> {
  return Object.fromEntries(table.columns.filter(({ isKey }) => isKey).map(({ name }) => [name, row[name]]));
}
