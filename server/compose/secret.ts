/** The secret that encrypts cookies and values in the database: the same on all instances. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { adoptSecret, confirmSecret } from "../commands/connection/adopt-secret.ts";
import type { Config } from "../config/shape.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";

/** @throws Error with a sentence for the log, if running instances have another secret */
export async function openSecret(
  { config, now }: Composition,
  { database, port }: { database: AppDatabase; port: number },
) {
  const secret = await secretOf(config);
  const ctx = { db: database.desk.db, now, secret, instance: `${hostname()}:${port}` };
  await adoptSecret(ctx);
  return {
    secret,
    /** Call it once other instances can see that this one runs. */
    confirm: () => confirmSecret(ctx),
  };
}

export async function secretOf({ sessionSecret, dataDir }: Pick<Config, "sessionSecret" | "dataDir">): Promise<string> {
  return sessionSecret ?? generatedSecret(dataDir);
}

/** For installations without SESSION_SECRET: generated once, in a file that only our account can read. */
async function generatedSecret(dataDir: string): Promise<string> {
  const file = path.join(dataDir, "session-secret");
  try {
    await writeFile(file, randomBytes(48).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return (await readFile(file, "utf8")).trim();
}
