/** Checks all parts of the connection to Microsoft. Calls Microsoft and writes nothing. */
import { desc, sql } from "drizzle-orm";
import type { ConnectionGroupView, ConnectionLineView, ConnectionView } from "../../../shared/views/connection.ts";
import type { EntraConfig } from "../../config/shape.ts";
import type { Context } from "../../context.ts";
import { activeAlarms } from "../../database/queries/alarms.ts";
import { listRejectedCalls } from "../../database/queries/rejected-calls.ts";
import { readVerification } from "../../database/record/record-check.ts";
import { credentials } from "../../database/schema/credentials.ts";
import { webhookDeliveries } from "../../database/schema/deliveries.ts";
import { lastUpkeep } from "../../database/queries/upkeep.ts";
import { recordAlarm } from "../../domain/alarm.ts";
import {
  evaluateAddress,
  evaluateClock,
  evaluateCredential,
  evaluateDatabase,
  evaluateKeys,
  evaluateProxy,
  evaluateToken,
  evaluateTotals,
  listRefused,
  ok,
  tokenRefused,
  warning,
  wrong,
} from "../../domain/connection.ts";
import { refusalInWords } from "../../domain/refused-call.ts";
import { actionInWords } from "../../domain/operation.ts";
import { marketplaceAppId } from "../../marketplace/app-token.ts";
import { readClockDifference, readOwnToken } from "../../marketplace/connection-probes.ts";
import { AppTokenError, MarketplaceError } from "../../marketplace/errors.ts";
import type { EntraFetch } from "../../marketplace/entra-fetch.ts";
import type { KnownKeys } from "../../marketplace/key-sets.ts";

/** How this installation is connected. It holds the app's secret; only ids and addresses are returned from it. */
export type Connection = {
  entra: EntraConfig;
  entraFetch?: EntraFetch | undefined;
  marketplaceUrl: string;
  publicUrl: string;
  /** Known to this instance. */
  knownKeys: () => KnownKeys;
  /** A proxy that forwards requests to this instance and that TRUSTED_PROXY does not list. */
  undeclaredProxy?: () => string | null;
};

const deadlineMs = 5_000;
const dayMs = 24 * 60 * 60_000;
/** Older refused calls say nothing about today. */
const recentDays = 7;

/** Runs all checks at the same time, each for at most 5 s. A failed check becomes a line. */
export async function checkConnection(ctx: Context, connection: Connection): Promise<ConnectionView> {
  const checkedAt = ctx.now().toISOString();
  const [secrets, token, list, clock, delivery, refused, database, alarms, verified] = await Promise.all([
    safely("Credential", () => checkCredentials(ctx, connection)),
    safely("Token", () => checkToken(ctx, connection)),
    safely("List subscriptions", async () => [await checkList(ctx, connection)]),
    safely("Clock", async () => [
      evaluateClock(
        await readClockDifference(connection.entra, ctx.now, AbortSignal.timeout(deadlineMs), connection.entraFetch),
      ),
    ]),
    safely("Last delivery", async () => [await lastDelivery(ctx)]),
    safely("Refused calls", () => refusedCalls(ctx)),
    safely("PostgreSQL", async () => [await checkDatabase(ctx), await checkTotals(ctx)]),
    safely("Alarms", () => alarmLines(ctx)),
    safely("Audit trail", async () => [await checkRecord(ctx)]),
  ]);
  const groups: ConnectionGroupView[] = [
    { title: "Settings", lines: [...settingLines(connection), ...secrets] },
    { title: "App token", lines: token },
    { title: "Marketplace", lines: list },
    { title: "Webhook", lines: [...webhookLines(ctx, connection), ...delivery, ...refused] },
    { title: "Landing page and sign-in", lines: addressLines(connection) },
    { title: "This machine", lines: [...clock, ...evaluateProxy(connection.undeclaredProxy?.() ?? null), ...database] },
    { title: "All instances", lines: [...alarms, ...verified] },
  ];
  return { checkedAt, groups };
}

async function safely(name: string, check: () => Promise<ConnectionLineView[]>): Promise<ConnectionLineView[]> {
  const late = Promise.withResolvers<ConnectionLineView[]>();
  const timer = setTimeout(
    () => late.resolve([wrong(name, `No response within ${deadlineMs / 1_000} seconds.`, "Check again in a moment.")]),
    deadlineMs,
  );
  try {
    return await Promise.race([check(), late.promise]);
  } catch (error) {
    return [wrong(name, wordsOf(error), "Check again in a moment. If it still fails, see the log for details.")];
  } finally {
    clearTimeout(timer);
  }
}

/** What staff may see of a failed check: the error's name, never a statement or an address with values. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "The check failed.";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : error.name;
  return error.name === "Error" && !cause ? error.message : `The check failed (${code}).`;
}

/** The sandbox runs on this machine. */
function hasRealMicrosoft({ entra, marketplaceUrl }: Connection): boolean {
  return ![entra.authority, marketplaceUrl].some((url) => new URL(url).protocol === "http:");
}

function settingLines(connection: Connection): ConnectionLineView[] {
  const { entra, marketplaceUrl } = connection;
  const stand = hasRealMicrosoft(connection) ? {} : { note: "sandbox" };
  const isId = { isId: true };
  return [
    ok("Tenant", entra.tenantId, isId),
    ok("App", entra.clientId, { ...isId, note: "fulfillment, staff sign-in, webhook tokens" }),
    entra.landing.clientId === entra.clientId
      ? ok("Landing page app", "the same app")
      : ok("Landing page app", entra.landing.clientId, isId),
    ok("Authority", entra.authority, { ...isId, ...stand }),
    ok("Marketplace", marketplaceUrl, { ...isId, ...stand }),
  ];
}

async function checkCredentials(ctx: Context, connection: Connection): Promise<ConnectionLineView[]> {
  const rows = await ctx.db.select().from(credentials).orderBy(credentials.app);
  const isStandIn = !hasRealMicrosoft(connection);
  return rows.map((credential) => evaluateCredential(credential, isStandIn, ctx.now()));
}

async function checkToken(ctx: Context, { entra, entraFetch }: Connection): Promise<ConnectionLineView[]> {
  try {
    const claims = await readOwnToken(entra, ctx.now, entraFetch);
    const { tenantId, clientId } = entra;
    return evaluateToken(claims, { audience: marketplaceAppId, tenantId, clientId, now: ctx.now() });
  } catch (error) {
    if (error instanceof AppTokenError) return [tokenRefused(error.message, error.code, error.isTransient)];
    throw error;
  }
}

async function checkList(ctx: Context, { entra }: Connection): Promise<ConnectionLineView> {
  try {
    const page = await ctx.marketplace.listSubscriptions(null, { deadlineMs });
    const { length } = page.subscriptions;
    const more = page.next === null ? "" : ", and there are more";
    return ok("List subscriptions", `returned ${length} ${length === 1 ? "subscription" : "subscriptions"}${more}`);
  } catch (error) {
    if (error instanceof MarketplaceError) return listRefused(error.message, error, entra);
    throw error;
  }
}

function webhookLines(ctx: Context, connection: Connection): ConnectionLineView[] {
  const address = `${connection.publicUrl}/webhooks/marketplace`;
  return [
    evaluateAddress("Webhook", address, "Connection webhook", hasRealMicrosoft(connection)),
    evaluateKeys(connection.knownKeys(), ctx.now()),
  ];
}

async function lastDelivery(ctx: Context): Promise<ConnectionLineView> {
  const [last] = await ctx.db
    .select({ receivedAt: webhookDeliveries.receivedAt, action: webhookDeliveries.action })
    .from(webhookDeliveries)
    .orderBy(desc(webhookDeliveries.id))
    .limit(1);
  if (last)
    return ok("Last delivery", last.action ? actionInWords(last.action) : "unrecognized", {
      at: last.receivedAt.toISOString(),
    });
  return warning(
    "Last delivery",
    "none yet",
    "If customers have changed anything, Microsoft cannot reach the webhook: compare its address with the one in Partner Center. Until then, reconciliation picks up the changes.",
  );
}

async function refusedCalls(ctx: Context): Promise<ConnectionLineView[]> {
  const calls = await listRejectedCalls(ctx.db);
  if (calls.length === 0) return [ok("Refused calls", "none")];
  const since = ctx.now().getTime() - recentDays * dayMs;
  return calls.map(({ reason, count, at, status }) => {
    const { meaning, remedy } = refusalInWords(reason);
    const name = `Refused: ${reason}`;
    const rest = { at, note: `${count} ${count === 1 ? "time" : "times"}, answered with ${status}; last` };
    const isRecent = Date.parse(at) >= since;
    return remedy !== null && isRecent ? warning(name, meaning, remedy, rest) : ok(name, meaning, rest);
  });
}

function addressLines(connection: Connection): ConnectionLineView[] {
  const { publicUrl } = connection;
  const isId = { isId: true };
  return [
    evaluateAddress("Landing page", `${publicUrl}/landing`, "Landing page URL", hasRealMicrosoft(connection)),
    ok("Redirect URI for staff", `${publicUrl}/auth/callback`, {
      ...isId,
      note: "in Entra: the app's redirect URIs",
    }),
    ok("Redirect URI for purchasers", `${publicUrl}/auth/purchaser/callback`, {
      ...isId,
      note: "in Entra: the landing page app's redirect URIs",
    }),
  ];
}

async function checkDatabase(ctx: Context): Promise<ConnectionLineView> {
  const { rows } = await ctx.db.execute<{ server_version: string }>(sql`show server_version`);
  return evaluateDatabase(rows[0]?.server_version ?? "");
}

async function checkTotals(ctx: Context): Promise<ConnectionLineView> {
  const last = await lastUpkeep(ctx.db, "counts");
  return evaluateTotals(last && { at: last.finishedAt, repaired: last.result["repaired"] ?? 0 });
}

/** The active alarms of all instances. */
async function alarmLines(ctx: Context): Promise<ConnectionLineView[]> {
  const active = await activeAlarms(ctx.db);
  if (active.length === 0) return [ok("Alarms", "none")];
  return active.map(({ kind, instance, what, remedy, since }) =>
    wrong(`Alarm: ${kind}, ${instance}`, what, remedy, { note: "since", at: since.toISOString() }),
  );
}

async function checkRecord(ctx: Context): Promise<ConnectionLineView> {
  const name = "Audit trail";
  const { at, entries, found } = await readVerification(ctx.db);
  const rest = { note: "verified", at: at?.toISOString() ?? null };
  if (found.length > 0) {
    const { what, remedy } = recordAlarm(found);
    return wrong(name, what, remedy, rest);
  }
  if (at === null)
    return warning(name, "not verified yet", "The audit trail is verified every minute. Check again in a moment.");
  return ok(name, `${entries} ${entries === 1 ? "entry" : "entries"}, all unchanged`, rest);
}
