/** What PostgreSQL itself must have: a version, the encoding of all scripts, the collation that sorted lists need, and durable commits. */
import type pg from "pg";
import { minPostgresVersion } from "../../domain/connection.ts";
import { DatabaseUnusable } from "../connection/explain.ts";

/** @throws DatabaseUnusable with a sentence that says what to install */
export async function refuseUnsuitablePostgres(client: pg.Client): Promise<void> {
  const version = await client.query<{ server_version_num: string }>("show server_version_num");
  const major = Math.floor(Number(version.rows[0]?.server_version_num) / 10_000);
  if (major < minPostgresVersion) {
    throw new DatabaseUnusable(
      `DATABASE_URL is a PostgreSQL ${major}; Marketdesk needs version ${minPostgresVersion} or newer.`,
    );
  }
  const encoding = await client.query<{ server_encoding: string }>("show server_encoding");
  const found = encoding.rows[0]?.server_encoding ?? "unknown";
  if (found !== "UTF8") {
    throw new DatabaseUnusable(
      `The database in DATABASE_URL has the encoding ${found}, which cannot store names in all scripts. Create one with "create database NAME encoding 'UTF8' locale 'C' template template0", and name it in DATABASE_URL.`,
    );
  }
  const collation = await client.query(
    "select from pg_collation where collname = 'und-x-icu' and collnamespace = 'pg_catalog'::regnamespace",
  );
  if (collation.rowCount === 0) {
    throw new DatabaseUnusable(
      "DATABASE_URL is a PostgreSQL without ICU, which Marketdesk needs to sort names. Use a PostgreSQL that is built with ICU, such as the packages of postgresql.org.",
    );
  }
}

/**
 * Microsoft does not send a webhook again that was answered 200, so a commit must survive a crash.
 * @returns a sentence for the log if PostgreSQL is set not to wait for its disk
 */
export async function describeLostCommits(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    "select name from pg_settings where name in ('fsync', 'synchronous_commit') and setting = 'off' order by name",
  );
  if (rows.length === 0) return null;
  const names = rows.map(({ name }) => name).join(" and ");
  return `PostgreSQL runs with ${names} turned off. If it crashes, it can lose webhooks that Microsoft does not send again, and other changes. Turn ${names} on for the server, and for the database and role in DATABASE_URL.`;
}
