/** What staff sign-in keeps: the secret of cookies, and the check with Entra that those who are signed in still may. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createEntraApp } from "../auth/entra-app.ts";
import { createStaffRecheck } from "../auth/staff-recheck.ts";
import { noteLostAccess } from "../commands/settings/end-staff-access.ts";
import { signInPaths } from "../http/sign-in.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";

export type AppSignIn = Awaited<ReturnType<typeof prepareSignIn>>;

export async function prepareSignIn(
  { config, log, now, deskNow }: Composition,
  { database, microsoft, publicUrl }: { database: AppDatabase; microsoft: AppMarketplace; publicUrl: string },
) {
  const cookieSecret = config.sessionSecret ?? (await generatedSecret(config.dataDir));
  const redirectUri = `${publicUrl}${signInPaths.staff.callback}`;
  const { entra, entraFetch, marketplace } = microsoft;
  const { db } = database.desk;
  const onAccessLost = (person: { tenantId: string; objectId: string }) =>
    noteLostAccess({ db, marketplace, now: deskNow, log }, person);
  const staffRecheck = createStaffRecheck({
    db,
    entraApp: createEntraApp({ entra, audience: "staff", redirectUri, now, entraFetch }),
    secret: cookieSecret,
    now: deskNow,
    onAccessLost,
    log,
  });
  return { cookieSecret, staffRecheck, onAccessLost };
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
