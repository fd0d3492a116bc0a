/** Reads which secret the installation has, whether instances run with it, and what they have encrypted with it. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import { installationSecret } from "../schema/installation-secret.ts";
import { advisoryLockClasses } from "../statements/advisory-locks.ts";

/** Null before the first start that has stored one. */
export async function installationFingerprint(db: Executor): Promise<string | null> {
  const [row] = await db.select({ fingerprint: installationSecret.fingerprint }).from(installationSecret);
  return row?.fingerprint ?? null;
}

/** Every instance that works holds a lock of this class, which ends with its process. */
export async function doesAnyInstanceRun(db: Executor): Promise<boolean> {
  const { rows } = await db.execute<{ does_run: boolean }>(sql`
    select exists (
      select from pg_locks where locktype = 'advisory' and classid = ${advisoryLockClasses.liveness} and objsubid = 2
        and granted and database = (select oid from pg_database where datname = current_database())) as does_run`);
  return rows[0]?.does_run ?? false;
}

export type EncryptedCounts = { endpoints: number; channels: number; browsers: number; visits: number };

/** What cannot be read with another secret, besides sign-ins and the signing key. */
export async function countEncrypted(db: Executor): Promise<EncryptedCounts> {
  const { rows } = await db.execute<EncryptedCounts>(sql`
    select (select count(*)::int from endpoints where secret is not null) as endpoints,
      (select count(*)::int from channels where address is not null) as channels,
      (select count(*)::int from push_browsers) as browsers,
      (select count(*)::int from awaited_visits where subscription_id is null) as visits`);
  return rows[0] ?? { endpoints: 0, channels: 0, browsers: 0, visits: 0 };
}
