/** Writes rows without a person. Append-only tables can only be erased through these PostgreSQL functions. */
import { isDeepStrictEqual } from "node:util";
import { sql } from "drizzle-orm";
import { isAboutCustomer } from "../schema/activity.ts";
import { customerKey, customerKeyIn } from "../statements/customer-key.ts";
import { withoutValues } from "../../domain/person.ts";
import type { Executor } from "../connection/database.ts";
import { isUniqueViolation } from "../statements/database-errors.ts";
import { mayUpdate } from "../migrations/grants.ts";
import { keyOf, type Mention } from "../queries/person-rows.ts";

/** An entry of the record with its note. */
export type RecordEntry = {
  id: string;
  actor_name: string;
  summary: string;
  before: unknown;
  after: unknown;
  reason: string | null;
  note: string | null;
};

/** The whole entries with these ids. */
export async function readEntries(db: Executor, ids: string[]): Promise<RecordEntry[]> {
  const { rows } = await db.execute<RecordEntry>(sql`
    select a.id, a.actor_name, a.summary, a.before, a.after, a.reason, n.text as note
    from activity a left join subscription_notes n on n.id = a.id
    where a.id = any(${sql.param(ids)}::uuid[]) order by a.id`);
  return rows;
}

/**
 * The entries of one subscription that mention any of the values.
 * @param pattern from `patternOf`
 */
export async function findEntriesOf(db: Executor, subscriptionId: string, pattern: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select a.id from activity a left join subscription_notes n on n.id = a.id
    where a.subscription_id = ${subscriptionId}
      and concat_ws(' ', a.actor_name, a.summary, a.before, a.after, a.reason, n.text) ~* ${pattern} order by a.id`);
  return rows.map(({ id }) => id);
}

/**
 * The entries about the customer of a subscription, such as notes, that mention any of the values. None while another
 * subscription of the customer has the same contact.
 *
 * @param swept subscriptions whose contacts are deleted now
 */
export async function findCustomerEntriesOf(
  db: Executor,
  subscriptionId: string,
  contact: { pattern: string; name: string | null; email: string | null },
  swept: readonly string[],
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with own as (select ${customerKey} as key from subscriptions where id = ${subscriptionId}),
    root as (select coalesce(c.merged_into, own.key) as key from own left join customers c on c.id = own.key),
    keys as (select key from root union all select c.id from customers c, root where c.merged_into = root.key)
    select a.id from keys, activity a
    where a.after->>'customer' = keys.key and ${isAboutCustomer({ kind: sql`a.kind` })}
      and concat_ws(' ', a.actor_name, a.summary, a.before, a.after, a.reason) ~* ${contact.pattern}
      and not exists (select from subscriptions o
        where ${customerKeyIn("o")} in (select key from keys) and o.id <> all(${sql.param(swept)}::text[])
          and (lower(o.contact_email) = lower(${contact.email}::text) or lower(o.contact_name) = lower(${contact.name}::text)))
    order by a.id`);
  return rows.map(({ id }) => id);
}

/**
 * Erases the values in these entries and notes, and drops their salts. The caller records the erasure under this
 * id.
 * @param without `withoutWords` if no one has looked at the values
 * @returns the entries that this erasure is recorded for: those that an earlier one erased stay recorded for that
 */
export async function eraseEntries(
  tx: Executor,
  erasureId: string,
  entries: RecordEntry[],
  values: readonly string[],
  without: typeof withoutValues = withoutValues,
): Promise<string[]> {
  const erased = entries
    .map((entry) => ({ entry, clean: { ...without(entry, values), id: entry.id } }))
    .filter(({ entry, clean }) => !isDeepStrictEqual(entry, clean))
    .map(({ clean }) => clean);
  if (erased.length === 0) return [];
  await tx.execute(sql`select erase_from_record(${erasureId}::uuid, ${JSON.stringify(erased)}::jsonb)`);
  const ids = erased.map(({ id }) => id);
  const { rows } = await tx.execute<{ id: string }>(sql`
    select activity_id as id from erased_entries
    where erasure_id = ${erasureId}::uuid and activity_id = any(${sql.param(ids)}::uuid[])`);
  return rows.map(({ id }) => id);
}

/** Erases the values in raw webhook bodies and recorded calls to Microsoft. */
export async function eraseCopies(tx: Executor, mentions: Mention[], values: readonly string[]): Promise<void> {
  const of = (name: string) => mentions.filter(({ table }) => table.name === name).map(({ row }) => row);
  const deliveries = of("webhook_deliveries").map(({ id, body }) => ({
    id,
    body: withoutValuesInHex(String(body), values),
  }));
  const steps = of("operation_steps").map(({ id, calls, note }) => ({ id, ...withoutValues({ calls, note }, values) }));
  if (deliveries.length + steps.length === 0) return;
  await tx.execute(
    sql`select erase_from_copies(${JSON.stringify(deliveries)}::jsonb, ${JSON.stringify(steps)}::jsonb)`,
  );
}

/** @param bytes as PostgreSQL's JSON shows them: `\x` and hex */
function withoutValuesInHex(bytes: string, values: readonly string[]): string {
  const text = Buffer.from(bytes.slice(2), "hex").toString("utf8");
  return Buffer.from(withoutValues(text, values), "utf8").toString("hex");
}

/**
 * Erases the values in the columns of one row that mention them; keys are opaque ids and stay. The row is read
 * again under its lock, because what was written since the search must stay.
 */
export async function eraseRow(
  tx: Executor,
  mention: Mention,
  values: readonly string[],
  without: typeof withoutValues = withoutValues,
): Promise<void> {
  const { table, mentions } = mention;
  const keys = keyOf(mention);
  const row = await readAgain(tx, table.name, keys);
  if (row === null) return;
  const changes = Object.fromEntries(
    mentions.filter((name) => !(name in keys)).map((name) => [name, without(row[name], values)]),
  );
  const write = (to: Executor, written: Record<string, unknown>) =>
    to.execute(
      sql`select erase_from_row(${table.name}, ${JSON.stringify(keys)}::jsonb, ${JSON.stringify(written)}::jsonb)`,
    );
  const { name } = changes;
  if (!withUniqueNames.has(table.name) || typeof name !== "string") await write(tx, changes);
  else await withFreeName(name, (free) => tx.transaction((inner) => write(inner, { ...changes, name: free })));
}

/** Names that differed only in the person's values are equal without them. */
const withUniqueNames = new Set(["api_keys", "automations", "channels", "endpoints", "reason_codes", "saved_views"]);
/** More than there may be of each. */
const maxSameNames = 500;

/** Writes the name, or the first of "name 2", "name 3" and so on that no other row has. */
async function withFreeName(name: string, write: (name: string) => Promise<unknown>): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      await write(number === 1 ? name : `${name} ${number}`);
      return;
    } catch (error) {
      if (!isUniqueViolation(error) || number === maxSameNames) throw error;
    }
  }
}

/** The row as it is now, locked; null if it is gone. */
async function readAgain(
  tx: Executor,
  table: string,
  keys: Record<string, unknown>,
): Promise<Record<string, unknown> | null> {
  const name = sql.identifier(table);
  const isRow = Object.keys(keys).map((key) => sql`t.${sql.identifier(key)} = k.${sql.identifier(key)}`);
  // Rows that the app only adds never change, and it has no right to lock them.
  const lock = mayUpdate(table) ? sql`for no key update of t` : sql``;
  const { rows } = await tx.execute<{ row: Record<string, unknown> }>(sql`
    select to_jsonb(t) as row from ${name} t, jsonb_populate_record(null::${name}, ${JSON.stringify(keys)}::jsonb) k
    where ${sql.join(isRow, sql` and `)} ${lock}`);
  return rows[0]?.row ?? null;
}
