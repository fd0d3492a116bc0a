/** Checks regularly with Entra that signed-in staff still have access. */
import { createEntraApp } from "../auth/entra-app.ts";
import { createStaffRecheck } from "../auth/staff-recheck.ts";
import { recordLostAccess } from "../commands/settings/end-staff-access.ts";
import { signInPaths } from "../http/sign-in-paths.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";

export type AppSignIn = ReturnType<typeof prepareSignIn>;

export function prepareSignIn(
  { log, now, recordNow }: Composition,
  {
    database,
    microsoft,
    publicUrl,
    secret,
  }: { database: AppDatabase; microsoft: AppMarketplace; publicUrl: string; secret: string },
) {
  const redirectUri = `${publicUrl}${signInPaths.staff.callback}`;
  const { entra, entraFetch, marketplace } = microsoft;
  const { db } = database.desk;
  const onAccessLost = (person: { tenantId: string; objectId: string }) =>
    recordLostAccess({ db, marketplace, now: recordNow, log }, person);
  const staffRecheck = createStaffRecheck({
    db,
    entraApp: createEntraApp({ entra, audience: "staff", redirectUri, now, entraFetch }),
    secret,
    now: recordNow,
    onAccessLost,
    log,
  });
  return { cookieSecret: secret, staffRecheck, onAccessLost };
}
