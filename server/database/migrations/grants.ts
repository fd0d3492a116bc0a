/**
 * The permissions of the app's role, which owns nothing: it reads and writes rows, but cannot change tables or
 * audit entries. A new table needs an entry only if the app may do less.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { projectFolder } from "../../config/project-folder.ts";
import { DatabaseUnusable } from "../connection/explain.ts";

type Right = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

const changesRows: Right[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];
const addsRows: Right[] = ["SELECT", "INSERT"];
const reads: Right[] = ["SELECT"];

/** Tables where the app may do less. Functions with the owner's rights do the rest. */
const limited: Record<string, Right[]> = {
  activity: addsRows,
  webhook_deliveries: addsRows,
  operation_steps: addsRows,
  subscription_notes: addsRows,
  usage_events: addsRows,
  usage_carries: addsRows,
  usage_allowances: addsRows,
  usage_digest_days: addsRows,
  usage_digests: addsRows,
  usage_settings: addsRows,
  // Written by the functions that chain and erase entries.
  activity_chain: reads,
  activity_streams: reads,
  erased_entries: reads,
  // Written by migrations.
  __drizzle_migrations: reads,
  migrations: reads,
};

const schemas = ["public", "drizzle", "graphile_worker"];

type Snapshot = { tables: Record<string, { name: string }> };

/** Our tables, from the newest snapshot of `npm run db:generate`; others in the schema are ignored. */
function ownTables(): string[] {
  const folder = path.join(projectFolder, "drizzle", "meta");
  const newest =
    readdirSync(folder)
      .filter((name) => name.endsWith("_snapshot.json"))
      .toSorted()
      .at(-1) ?? "";
  const { tables } = JSON.parse(readFileSync(path.join(folder, newest), "utf8")) as Snapshot;
  return Object.values(tables).map(({ name }) => name);
}

type Table = { oid: number; schema: string; name: string; hasRowSecurity: boolean };

async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.oid::int as oid, n.nspname as schema, c.relname as name, c.relrowsecurity as "hasRowSecurity"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind in ('r', 'p') and (n.nspname <> 'public' or c.relname = any($2)) order by 2, 3`,
    [schemas, ownTables()],
  );
  return rows;
}

const rightsOn = ({ name }: Pick<Table, "name">): Right[] => limited[name] ?? changesRows;

/** Whether the app may change rows of the table, and so lock them. */
export const mayUpdate = (name: string) => rightsOn({ name }).includes("UPDATE");

/**
 * Gives a role exactly the permissions that the app needs, and revokes others on these tables. Run by the tables'
 * owner.
 * @throws DatabaseUnusable if the role does not exist or cannot be limited
 */
export async function grantTo(client: pg.Client, role: string): Promise<void> {
  await refuseUnlimited(client, role);
  const to = client.escapeIdentifier(role);
  const statements = ["begin"];
  for (const schema of schemas) {
    statements.push(
      `revoke all on schema ${schema} from ${to}`,
      `grant usage on schema ${schema} to ${to}`,
      `grant usage on all sequences in schema ${schema} to ${to}`,
    );
  }
  for (const table of await tablesOf(client)) {
    const on = `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`;
    statements.push(`revoke all on ${on} from ${to}`, `grant ${rightsOn(table).join(", ")} on ${on} to ${to}`);
    if (!table.hasRowSecurity) continue;
    // The job queue turns row security on: without a policy, only the owner sees its rows.
    const policy = client.escapeIdentifier(`app ${role}`);
    statements.push(
      `drop policy if exists ${policy} on ${on}`,
      `create policy ${policy} on ${on} for all to ${to} using (true) with check (true)`,
    );
  }
  statements.push("commit");
  try {
    for (const statement of statements) await client.query(statement);
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function refuseUnlimited(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ isSuper: boolean; owns: boolean }>(
    `select rolsuper as "isSuper", exists (
        select from pg_class c where c.oid = 'public.subscriptions'::regclass and pg_has_role(r.oid, c.relowner, 'member')
      ) as owns from pg_roles r where rolname = $1`,
    [role],
  );
  const [found] = rows;
  if (!found) {
    throw new DatabaseUnusable(
      `There is no role "${role}" in this database. Create the role first, for example: create role ${role} login password '…'.`,
    );
  }
  if (found.isSuper || found.owns) {
    throw new DatabaseUnusable(
      `The role "${role}" ${found.isSuper ? "is a superuser" : "owns the tables"}, so permissions cannot limit it. Use another role for the app.`,
    );
  }
}

/** The roles with these permissions, which a migration extends to its new tables. */
export async function grantedRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ role: string }>(
    `select distinct r.rolname as role from pg_class c, aclexplode(c.relacl) acl join pg_roles r on r.oid = acl.grantee
      where c.oid = 'public.subscriptions'::regclass and acl.privilege_type = 'INSERT' and acl.grantee <> c.relowner and not r.rolsuper
        and not pg_has_role(r.oid, c.relowner, 'member')`,
  );
  return rows.map(({ role }) => role);
}

/** Missing permissions of the connected role, as "INSERT on activity"; empty if there are none. */
export async function missingRights(client: pg.Client): Promise<string[]> {
  const wanted = (await tablesOf(client)).flatMap((table) =>
    rightsOn(table).map((right) => ({ oid: table.oid, right, label: `${right} on ${table.name}` })),
  );
  const { rows } = await client.query<{ label: string }>(
    `select w.label from jsonb_to_recordset($1::jsonb) as w(oid int, "right" text, label text)
      where not has_table_privilege(w.oid::oid, w."right")`,
    [JSON.stringify(wanted)],
  );
  return rows.map(({ label }) => label);
}
