/** Whether what was found about the connection to Microsoft is right, and what helps where it is not. Pure. */
import { type Day, daysBetween, utcDayOf } from "../../shared/day.ts";
import type { AppName } from "../../shared/inputs.ts";
import type { ConnectionLineView } from "../../shared/views/connection.ts";
import { entraCodeInWords } from "./entra-code.ts";

const minuteMs = 60_000;
/** Entra's tokens are taken when our clocks differ by a minute at most. */
const clockToleranceMs = minuteMs;
const clockWarningMs = 30_000;

type Line = ConnectionLineView;

export function ok(name: string, value: string, rest: Partial<Line> = {}): Line {
  return { name, state: "ok", value, remedy: null, ...rest };
}

export function warning(name: string, value: string, remedy: string, rest: Partial<Line> = {}): Line {
  return { name, state: "warning", value, remedy, ...rest };
}

export function wrong(name: string, value: string, remedy: string, rest: Partial<Line> = {}): Line {
  return { name, state: "wrong", value, remedy, ...rest };
}

type Claims = {
  audience: string | null;
  app: string | null;
  tenantId: string | null;
  principalId: string | null;
  expiresAt: Date | null;
  version: string | null;
};
type Expected = { audience: string; clientId: string; tenantId: string; now: Date };

/** One line for each claim that Microsoft looks at. */
export function judgeToken(claims: Claims, expected: Expected): Line[] {
  const { audience, app, tenantId, principalId, expiresAt } = claims;
  const isSame = (one: string | null, other: string) => one?.toLowerCase() === other.toLowerCase();
  const isId = { isId: true };
  return [
    ok("Token", `Entra gave one anew, version ${claims.version ?? "unknown"}.`),
    isSame(audience, expected.audience)
      ? ok("Audience (aud)", audience ?? "", { ...isId, note: "the Marketplace" })
      : wrong(
          "Audience (aud)",
          audience ?? "absent",
          `The token must be for the Marketplace, ${expected.audience}. Tell the publisher's engineers: the desk asks for that audience alone.`,
          audience ? isId : {},
        ),
    isSame(app, expected.clientId)
      ? ok("App (azp or appid)", app ?? "", { ...isId, note: "ours" })
      : wrong(
          "App (azp or appid)",
          app ?? "absent",
          "The token is of another app than ENTRA_CLIENT_ID names: put the right id there.",
          app ? isId : {},
        ),
    isSame(tenantId, expected.tenantId)
      ? ok("Tenant (tid)", tenantId ?? "", { ...isId, note: "ours" })
      : wrong(
          "Tenant (tid)",
          tenantId ?? "absent",
          "The token is of another tenant than ENTRA_TENANT_ID names: put the right id there.",
          tenantId ? isId : {},
        ),
    principalId !== null
      ? ok("Service principal (oid)", principalId, isId)
      : wrong(
          "Service principal (oid)",
          "absent",
          `The app has no service principal in the tenant, and Microsoft flags such offers. Create it: az ad sp create --id ${expected.clientId}`,
        ),
    expiresAt !== null && expiresAt > expected.now
      ? ok("Valid until", "", { at: expiresAt.toISOString() })
      : wrong("Valid until", "over already by our clock", "Set this machine's clock by a time server.", {
          at: expiresAt?.toISOString() ?? null,
        }),
  ];
}

/** Entra gave no token, in its words. */
export function tokenRefused(message: string, code: string | null, isTransient: boolean): Line {
  const remedy = isTransient
    ? "Check again in a moment. If it stays, let this machine reach the authority by HTTPS."
    : (entraCodeInWords(code)?.remedy ??
      "Compare the ENTRA_… settings with the app's registration at Entra; the words above say what Entra minds.");
  return wrong("Token", message, remedy);
}

/** The Marketplace did not answer a list, in its words. */
export function listRefused(message: string, status: number | null, ids: { tenantId: string; clientId: string }): Line {
  const name = "List subscriptions";
  if (status === 401 || status === 403) {
    return wrong(
      name,
      message,
      `In Partner Center, in the offer's Technical configuration, enter the tenant ${ids.tenantId} and the app ${ids.clientId}, and publish the offer again.`,
    );
  }
  if (status === null) {
    return wrong(name, message, "Let this machine reach the Marketplace's address by HTTPS, and check again.");
  }
  if (status === 429 || status >= 500) {
    return warning(
      name,
      message,
      "The trouble is Microsoft's; the desk tries again by itself. Check again in a moment.",
    );
  }
  return wrong(name, message, "Compare MARKETPLACE_API_URL with the address of Microsoft's documentation.");
}

/** @param aheadMs of our clock to Microsoft's */
export function judgeClock(aheadMs: number): Line {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const words =
    seconds <= 1 ? "equal to Microsoft's" : `${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} Microsoft's`;
  const remedy =
    "Set this machine's clock by a time server: past a minute Microsoft's webhooks are refused, because their tokens seem not valid yet or expired.";
  if (Math.abs(aheadMs) > clockToleranceMs) return wrong("Clock", words, remedy);
  return Math.abs(aheadMs) > clockWarningMs ? warning("Clock", words, remedy) : ok("Clock", words);
}

/** An address that Microsoft or purchasers must reach, to enter in Partner Center. */
export function judgeAddress(name: string, address: string, field: string, hasRealMicrosoft: boolean): Line {
  const url = new URL(address);
  const rest = { isId: true, note: `in Partner Center: ${field}` };
  const isLoopback = ["localhost", "[::1]"].includes(url.hostname) || url.hostname.startsWith("127.");
  if (hasRealMicrosoft && isLoopback) {
    const remedy =
      "Microsoft cannot reach this machine by that name: set PUBLIC_URL to the public address of the desk.";
    return wrong(name, address, remedy, rest);
  }
  if (hasRealMicrosoft && url.protocol !== "https:") {
    return wrong(name, address, "Microsoft asks for HTTPS: set PUBLIC_URL to an https address.", rest);
  }
  return ok(name, address, rest);
}

/** @param undeclared the address of a proxy that TRUSTED_PROXY does not name */
export function judgeProxy(undeclared: string | null): Line[] {
  if (undeclared === null) return [];
  const value = `requests come through ${undeclared}, which TRUSTED_PROXY does not name`;
  const remedy = `All visitors behind this proxy share one limit. Set TRUSTED_PROXY to its address, for example ${undeclared}, and restart.`;
  return [warning("Proxy", value, remedy)];
}

/** @param keys of Entra at this instance */
export function judgeKeys(keys: { count: number; fetchedAt: Date | null; isCurrent: boolean }, now: Date): Line {
  const name = "Entra's signing keys";
  const remedy = "Let this machine reach the authority by HTTPS; without its keys no webhook can be checked.";
  if (keys.count === 0) return wrong(name, "none known", remedy);
  const words = `${keys.count} known`;
  const at = { at: keys.fetchedAt?.toISOString() ?? null, note: "fetched" };
  const isOld = keys.fetchedAt === null || now.getTime() - keys.fetchedAt.getTime() > 24 * 60 * minuteMs;
  if (!keys.isCurrent || isOld) return warning(name, `${words}, but the last fetch failed`, remedy, at);
  return ok(name, words, at);
}

/** Days left of a secret at which staff are warned, and at which it presses. */
const secretWarningDays = 60;
const secretUrgentDays = 7;

export type Credential = {
  app: AppName;
  kind: "secret" | "certificate";
  endsOn: Day | null;
  reportedBy: string | null;
};

/** @param isStandIn the sandbox plays Entra */
export function judgeCredential(credential: Credential, isStandIn: boolean, now: Date): Line {
  const { app, kind, endsOn, reportedBy } = credential;
  const name = app === "fulfillment" ? "Credential" : "Secret of the landing page's app";
  const what = kind === "secret" ? "client secret" : "certificate";
  const rest: Partial<Line> = kind === "secret" ? { secret: { app, endsOn } } : {};
  if (endsOn === null) {
    if (isStandIn) return ok(name, what, { ...rest, note: "a stand-in's does not end" });
    const remedy =
      "Look it up at Entra, under Certificates & secrets, and enter it here: the desk reminds you 60, 30 and 7 days before.";
    return warning(name, `${what}; the day it ends is not known`, remedy, rest);
  }
  const left = daysBetween(utcDayOf(now), endsOn);
  const value = `${what}, ${left < 0 ? `ended ${-left} days ago` : `${left} ${left === 1 ? "day" : "days"} left`}`;
  const note = reportedBy === null ? `ends on ${endsOn}` : `ends on ${endsOn}, as ${reportedBy} entered`;
  const remedy =
    "Make a new one at Entra, under Certificates & secrets, put it into the settings and restart; then enter its day here.";
  if (left <= secretUrgentDays) return wrong(name, value, remedy, { ...rest, note });
  return left <= secretWarningDays
    ? warning(name, value, remedy, { ...rest, note })
    : ok(name, value, { ...rest, note });
}

const minPostgresVersion = 15;

export function judgeDatabase(version: string): Line {
  const name = "PostgreSQL";
  return Number.parseInt(version, 10) >= minPostgresVersion
    ? ok(name, version)
    : wrong(name, version, `Move to version ${minPostgresVersion} or newer; older ones are not supported.`);
}

/** Totals are kept with each change, and compared with the rows every night. */
export function judgeTotals(last: { at: Date; repaired: number } | null): Line {
  const name = "Totals of subscriptions";
  if (last === null) return ok(name, "kept with each change; the first comparison with the rows comes tonight");
  const at = { at: last.at.toISOString(), note: "compared with the rows" };
  if (last.repaired === 0) return ok(name, "right", at);
  return warning(
    name,
    `were wrong for ${last.repaired} ${last.repaired === 1 ? "kind" : "kinds"} of subscriptions, and were put right`,
    "Tell the publisher's engineers: something changed rows past the desk. The activity has the numbers.",
    at,
  );
}
