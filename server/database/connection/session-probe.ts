/** Detects a pooler that gives each transaction another session, as PgBouncer's transaction mode does. */
import pg from "pg";
import { pgConnection, readDatabaseAddress } from "./address.ts";
import { DatabaseUnusable } from "./explain.ts";

/** Several checks, because a round-robin pooler may return the right session by chance. */
const looks = 4;

/**
 * Two connections each set a session value. A connection that later reads another value has no session of its own.
 * @throws DatabaseUnusable
 */
export async function refuseSharedSessions(client: pg.Client, url: string): Promise<void> {
  const other = new pg.Client({ ...pgConnection(url), application_name: "marketdesk session probe" });
  other.on("error", () => {});
  await other.connect();
  try {
    await mark(client, "first");
    await mark(other, "second");
    for (let look = 0; look < looks; look += 1) {
      if ((await markOf(client)) === "first" && (look % 2 === 0 || (await markOf(other)) === "second")) continue;
      const { host, port } = readDatabaseAddress(url);
      throw new DatabaseUnusable(
        `DATABASE_URL is a connection pooler in transaction mode at ${host}:${port}. Marketdesk needs its own sessions for notifications, prepared statements and locks. Use the pooler's session mode, or PostgreSQL's own address.`,
      );
    }
  } finally {
    await other.end();
  }
}

function mark(client: pg.Client, value: string): Promise<unknown> {
  return client.query("select set_config('marketdesk.session', $1, false)", [value]);
}

async function markOf(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    "select current_setting('marketdesk.session', true) as mark",
  );
  return rows[0]?.mark ?? null;
}
