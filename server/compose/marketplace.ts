/** Microsoft's side: the Marketplace's API, our token for it, how it treats our calls, and the check of webhook tokens. */
import { hostname } from "node:os";
import { recordCall } from "../commands/operations/step-trace.ts";
import type { EntraConfig } from "../config/shape.ts";
import { createCallRecorder } from "../database/writes/call-record.ts";
import { startAlarms } from "../jobs/alarms.ts";
import { createProbe } from "../jobs/probe-access.ts";
import { createAccessWatch } from "../marketplace/access-watch.ts";
import { createAppToken } from "../marketplace/app-token.ts";
import { createBreaker } from "../marketplace/breaker.ts";
import { createMarketplace } from "../marketplace/client.ts";
import { createEntraFetch } from "../marketplace/entra-fetch.ts";
import type { CallRecord } from "../marketplace/types.ts";
import { createWebhookTokenVerifier } from "../marketplace/verify-webhook-token.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";

const microsoftApi = "https://marketplaceapi.microsoft.com/api";

export type AppMarketplace = ReturnType<typeof connectMarketplace>;

/** @param options.sandbox replaces the parts of Microsoft that the settings do not name */
export function connectMarketplace(
  { config, log, hostClock, now, recordNow, toRecordTime, started }: Composition,
  options: { database: AppDatabase; port: number; sandbox: { entra: EntraConfig; marketplaceApiUrl: string } | null },
) {
  const { database, sandbox } = options;
  const entra = config.entra ?? sandbox?.entra;
  if (!entra) throw new Error("Neither Entra settings nor a sandbox.");
  const url = config.marketplaceApiUrl ?? sandbox?.marketplaceApiUrl ?? microsoftApi;
  const calls = started("calls", createCallRecorder({ db: database.jobs.db, log }), (part) => part.stop());
  const access = createAccessWatch(now);
  const inRecordTime = (call: CallRecord) => ({ ...call, at: toRecordTime(call.at) });
  const entraFetch = createEntraFetch((call) => calls.note(inRecordTime(call)), now);
  const token = createAppToken(entra, { now, log, watch: access, entraFetch });
  const breaker = createBreaker(now);
  const marketplace = createMarketplace({
    baseUrl: url,
    breaker,
    watch: access,
    getToken: token.get,
    forgetToken: token.forget,
    onCall: (call) => {
      if (!recordCall(inRecordTime(call))) calls.note(inRecordTime(call));
    },
    onClock: (aheadMs) => alarms.recordMicrosoftClock(aheadMs),
    log,
    now,
  });
  const alarms = started(
    "alarms",
    startAlarms({
      db: database.desk.db,
      instance: `${hostname()}:${options.port}`,
      outage: breaker.outage,
      access,
      probe: createProbe({ db: database.desk.db, marketplace, token, access, now: recordNow }),
      now: hostClock.hostNow,
      noteDatabaseTime: hostClock.noteDatabaseTime,
      log,
    }),
    (part) => part.stop(),
  );
  const { isDisputed: isClockDisputed } = hostClock;
  const verifier = started(
    "webhook keys",
    createWebhookTokenVerifier({ entra, now, isClockDisputed, log, entraFetch }),
    (part) => part.stop(),
  );
  verifier.start();
  return { entra, entraFetch, url, marketplace, verifier, access, outage: breaker.outage, clock: alarms.clock };
}
