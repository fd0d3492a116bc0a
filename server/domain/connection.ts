/** Judges what the check of the connection to Microsoft found, and says what to do. */
import { type Day, daysBetween, utcDayOf } from "../../shared/day.ts";
import type { AppName } from "../../shared/inputs/settings.ts";
import type { ConnectionLineView } from "../../shared/views/connection.ts";
import { entraCodeInWords } from "./entra-code.ts";

const minuteMs = 60_000;
/** Entra's tokens are accepted with clocks up to a minute apart. */
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

/** One line for each claim that Microsoft checks. */
export function evaluateToken(claims: Claims, expected: Expected): Line[] {
  const { audience, app, tenantId, principalId, expiresAt } = claims;
  const isSame = (one: string | null, other: string) => one?.toLowerCase() === other.toLowerCase();
  const isId = { isId: true };
  return [
    ok("Token", `New token from Entra, version ${claims.version ?? "unknown"}.`),
    isSame(audience, expected.audience)
      ? ok("Audience (aud)", audience ?? "", { ...isId, note: "the Marketplace" })
      : wrong(
          "Audience (aud)",
          audience ?? "absent",
          `The token must be for the Marketplace, ${expected.audience}. Inform the publisher's engineers: Marketdesk requests this audience only.`,
          audience ? isId : {},
        ),
    isSame(app, expected.clientId)
      ? ok("App (azp or appid)", app ?? "", { ...isId, note: "ours" })
      : wrong(
          "App (azp or appid)",
          app ?? "absent",
          "The token belongs to another app than ENTRA_CLIENT_ID. Correct this setting.",
          app ? isId : {},
        ),
    isSame(tenantId, expected.tenantId)
      ? ok("Tenant (tid)", tenantId ?? "", { ...isId, note: "ours" })
      : wrong(
          "Tenant (tid)",
          tenantId ?? "absent",
          "The token belongs to another tenant than ENTRA_TENANT_ID. Correct this setting.",
          tenantId ? isId : {},
        ),
    principalId !== null
      ? ok("Service principal (oid)", principalId, isId)
      : wrong(
          "Service principal (oid)",
          "absent",
          `The app has no service principal in the tenant, and Microsoft flags such offers. Create one: az ad sp create --id ${expected.clientId}`,
        ),
    expiresAt !== null && expiresAt > expected.now
      ? ok("Valid until", "", { at: expiresAt.toISOString() })
      : wrong(
          "Valid until",
          "already expired by this machine's clock",
          "Synchronize this machine's clock with a time server.",
          {
            at: expiresAt?.toISOString() ?? null,
          },
        ),
  ];
}

/** Entra issued no token; `message` quotes its reason. */
export function tokenRefused(message: string, code: string | null, isTransient: boolean): Line {
  const remedy = isTransient
    ? "Check again in a moment. If it still fails, check that this machine can reach the authority over HTTPS."
    : (entraCodeInWords(code)?.remedy ??
      "Compare the ENTRA_ settings with the app's registration in Entra. The message above says what Entra rejects.");
  return wrong("Token", message, remedy);
}

/** The Marketplace did not return a list; `message` quotes its reason. */
export function listRefused(
  message: string,
  { status, isForeign }: { status: number | null; isForeign: boolean },
  ids: { tenantId: string; clientId: string },
): Line {
  const name = "List subscriptions";
  if (isForeign) {
    return wrong(
      name,
      message,
      "Check MARKETPLACE_API_URL, and the proxy or firewall of this machine; then check again.",
    );
  }
  if (status === 401 || status === 403) {
    return wrong(
      name,
      message,
      `In Partner Center, in the offer's Technical configuration, enter the tenant ${ids.tenantId} and the app ${ids.clientId}, and publish the offer again.`,
    );
  }
  if (status === null) {
    return wrong(name, message, "Check that this machine can reach the Marketplace over HTTPS, then check again.");
  }
  if (status === 429 || status >= 500) {
    return warning(
      name,
      message,
      "The problem is at Microsoft, and Marketdesk retries automatically. Check again in a moment.",
    );
  }
  return wrong(name, message, "Compare MARKETPLACE_API_URL with the address in Microsoft's documentation.");
}

/** @param aheadMs how far our clock is ahead of Microsoft's */
export function evaluateClock(aheadMs: number): Line {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  const words =
    seconds <= 1 ? "in sync with Microsoft's" : `${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} Microsoft's`;
  const remedy =
    "Synchronize this machine's clock with a time server. At more than a minute, Microsoft's webhooks are refused because their tokens seem expired or not valid yet.";
  if (Math.abs(aheadMs) > clockToleranceMs) return wrong("Clock", words, remedy);
  return Math.abs(aheadMs) > clockWarningMs ? warning("Clock", words, remedy) : ok("Clock", words);
}

/** An address to enter in Partner Center, which Microsoft or purchasers must be able to reach. */
export function evaluateAddress(name: string, address: string, field: string, hasRealMicrosoft: boolean): Line {
  const url = new URL(address);
  const rest = { isId: true, note: `in Partner Center: ${field}` };
  const isLoopback = ["localhost", "[::1]"].includes(url.hostname) || url.hostname.startsWith("127.");
  if (hasRealMicrosoft && isLoopback) {
    const remedy = "Microsoft cannot reach this machine by that name. Set PUBLIC_URL to Marketdesk's public address.";
    return wrong(name, address, remedy, rest);
  }
  if (hasRealMicrosoft && url.protocol !== "https:") {
    return wrong(name, address, "Microsoft requires HTTPS. Set PUBLIC_URL to an https address.", rest);
  }
  return ok(name, address, rest);
}

/** @param undeclared the address of a proxy that TRUSTED_PROXY does not list */
export function evaluateProxy(undeclared: string | null): Line[] {
  if (undeclared === null) return [];
  const value = `requests come through ${undeclared}, which TRUSTED_PROXY does not list`;
  const remedy = `All visitors behind this proxy share one rate limit. Set TRUSTED_PROXY to its address, for example ${undeclared}, and restart.`;
  return [warning("Proxy", value, remedy)];
}

/** @param keys Entra's signing keys that this instance knows */
export function evaluateKeys(keys: { count: number; fetchedAt: Date | null; isCurrent: boolean }, now: Date): Line {
  const name = "Entra's signing keys";
  const remedy =
    "Check that this machine can reach the authority over HTTPS. Without its keys, webhooks cannot be verified.";
  if (keys.count === 0) return wrong(name, "none known", remedy);
  const words = `${keys.count} ${keys.count === 1 ? "key" : "keys"}`;
  const at = { at: keys.fetchedAt?.toISOString() ?? null, note: "fetched" };
  const isOld = keys.fetchedAt === null || now.getTime() - keys.fetchedAt.getTime() > 24 * 60 * minuteMs;
  if (!keys.isCurrent || isOld) return warning(name, `${words}, but the last fetch failed`, remedy, at);
  return ok(name, words, at);
}

/** Days before the expiry of a secret at which staff are warned, and at which it is urgent. */
const secretWarningDays = 60;
const secretUrgentDays = 7;

export type Credential = {
  app: AppName;
  kind: "secret" | "certificate";
  endsOn: Day | null;
  reportedBy: string | null;
};

/** @param isStandIn Entra is played by the sandbox */
export function evaluateCredential(credential: Credential, isStandIn: boolean, now: Date): Line {
  const { app, kind, endsOn, reportedBy } = credential;
  const name = app === "fulfillment" ? "Credential" : "Secret of the landing page app";
  const what = kind === "secret" ? "client secret" : "certificate";
  const rest: Partial<Line> = kind === "secret" ? { secret: { app, endsOn } } : {};
  if (endsOn === null) {
    if (isStandIn) return ok(name, what, { ...rest, note: "sandbox secrets do not expire" });
    const remedy =
      "Look up the expiry date in Entra under Certificates & secrets, and enter it here. Marketdesk reminds you 60, 30 and 7 days before.";
    return warning(name, `${what}; expiry date unknown`, remedy, rest);
  }
  const left = daysBetween(utcDayOf(now), endsOn);
  const value = `${what}, ${left < 0 ? `expired ${-left} ${left === -1 ? "day" : "days"} ago` : `${left} ${left === 1 ? "day" : "days"} left`}`;
  const note = reportedBy === null ? `expires on ${endsOn}` : `expires on ${endsOn}, as entered by ${reportedBy}`;
  const remedy =
    "Create a new one in Entra under Certificates & secrets, set it in Marketdesk's settings and restart. Then enter its expiry date here.";
  if (left <= secretUrgentDays) return wrong(name, value, remedy, { ...rest, note });
  return left <= secretWarningDays
    ? warning(name, value, remedy, { ...rest, note })
    : ok(name, value, { ...rest, note });
}

export const minPostgresVersion = 15;

export function evaluateDatabase(version: string): Line {
  const name = "PostgreSQL";
  return Number.parseInt(version, 10) >= minPostgresVersion
    ? ok(name, version)
    : wrong(name, version, `Upgrade to version ${minPostgresVersion} or newer; older versions are not supported.`);
}

/** Totals are updated with each change and compared with the rows every night. */
export function evaluateTotals(last: { at: Date; repaired: number } | null): Line {
  const name = "Totals of subscriptions";
  if (last === null) return ok(name, "updated with each change; the first nightly check has not run yet");
  const at = { at: last.at.toISOString(), note: "checked against the rows" };
  if (last.repaired === 0) return ok(name, "right", at);
  return warning(
    name,
    `were wrong for ${last.repaired} ${last.repaired === 1 ? "kind" : "kinds"} of subscriptions and have been corrected`,
    "Inform the publisher's engineers: something other than Marketdesk changed rows in the database. The activity has the numbers.",
    at,
  );
}
