/** Alarms in words: what is wrong with Marketdesk or its surroundings, and what to do. */
import { entraCodeInWords } from "./entra-code.ts";

type Words = { what: string; remedy: string };

/** Microsoft's tokens are accepted with clocks up to a minute apart, so an alarm is due earlier. */
export const clockAlarmMs = 30_000;

/** How far an instance's clock is ahead of the database's, and the time that it keeps of Microsoft's, in milliseconds; null if unknown. */
export type ClockReadings = { database: number | null; microsoft: number | null };

/** Null if the clocks agree well enough. */
export function clockAlarm({ database, microsoft }: ClockReadings, instance: string): Words | null {
  const readings = [
    ["Microsoft's", microsoft],
    ["the database's", database],
  ] as const;
  const wrong = readings.flatMap(([whose, ahead]) =>
    ahead !== null && Math.abs(ahead) > clockAlarmMs
      ? [`${Math.round(Math.abs(ahead) / 1_000)} s ${ahead > 0 ? "ahead of" : "behind"} ${whose}`]
      : [],
  );
  if (wrong.length === 0) return null;
  return { what: `The clock of ${instance} is ${wrong.join(" and ")}`, remedy: clockRemedy(microsoft) };
}

/** @param microsoft how far the time that Marketdesk keeps is ahead of Microsoft's, even if the clock of its machine was set wrong */
function clockRemedy(microsoft: number | null): string {
  if (microsoft === null) return "Synchronize the clocks with a time server.";
  return Math.abs(microsoft) > clockAlarmMs
    ? "Synchronize the clocks with a time server. At more than a minute, Microsoft's webhooks are refused because their tokens seem expired or not valid yet."
    : "Marketdesk keeps the right time until it restarts. Synchronize the clocks of its machine and of the database with a time server before that.";
}

export const awayAlarm: Words = {
  what: "Microsoft does not respond",
  remedy:
    "Calls to the Marketplace are retried automatically, webhooks are still accepted, and nothing is lost. If Microsoft reports no outage, check that this machine can reach the Marketplace over HTTPS.",
};

/** How our calls fail at Microsoft. */
export type AccessFacts =
  | { kind: "token"; code: string | null; message: string }
  | { kind: "entra"; reason: string | null }
  | { kind: "refused"; calls: string[] | null; status: number; code: string | null }
  | { kind: "away"; reason: string | null; status: number | null };

const partnerCenter =
  "In Partner Center, open the offer's Technical configuration, compare its tenant ID and app ID with ENTRA_TENANT_ID and ENTRA_CLIENT_ID, and publish the offer again after a change.";

export function accessAlarm(facts: AccessFacts): Words {
  switch (facts.kind) {
    case "token": {
      const known = entraCodeInWords(facts.code);
      const code = facts.code === null ? "" : ` (${facts.code})`;
      return {
        what: `Microsoft refuses our calls: ${known?.cause ?? "Entra issues no token to the fulfillment app"}${code}`,
        remedy: known
          ? `Nothing can be sent to Microsoft and nothing settles until this is fixed. ${known.remedy}`
          : `${facts.message} Compare the ENTRA_ settings with the app's registration in the Entra admin center.`,
      };
    }
    case "entra":
      return {
        what: `Microsoft Entra ${notReached(facts.reason)}, so there is no new token for the Marketplace`,
        remedy: `The current token works for an hour at most. ${networkRemedy(facts.reason, "login.microsoftonline.com, or the address in ENTRA_AUTHORITY,")}`,
      };
    case "refused": {
      const code = [facts.status, facts.code].filter((part) => part !== null).join(" ");
      return {
        what:
          facts.calls === null
            ? `Microsoft refuses all our calls (${code})`
            : `Microsoft refuses some of our calls: ${facts.calls.join(", ")} (${code})`,
        remedy: `Entra issued a token, but the Marketplace does not accept it. ${partnerCenter}`,
      };
    }
    case "away":
      return {
        what: `The Marketplace ${notReached(facts.reason ?? (facts.status === null ? null : String(facts.status)))}`,
        remedy: `Calls are retried automatically, webhooks are still accepted, and nothing is lost. ${facts.reason !== null ? networkRemedy(facts.reason, "marketplaceapi.microsoft.com, or the address in MARKETPLACE_API_URL,") : "Check Microsoft's service health if this continues."}`,
      };
  }
}

const certificateReasons = /^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER))/;

function notReached(reason: string | null): string {
  if (reason === null) return "does not respond";
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") return `cannot be found by name (${reason})`;
  if (reason === "ForeignAnswer") return "cannot be reached: a proxy or gateway answers in its place";
  if (certificateReasons.test(reason)) return `cannot be reached: its TLS certificate is not accepted (${reason})`;
  if (/^[45]\d\d$/.test(reason)) return `responds with errors (${reason})`;
  return reason === "TimeoutError" ? "does not respond in time" : `cannot be reached (${reason})`;
}

function networkRemedy(reason: string | null, address: string): string {
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") return `Check the DNS server of this machine for ${address}.`;
  if (reason !== null && certificateReasons.test(reason)) {
    return `Check this machine's clock and root certificates, and whether a proxy replaces the certificate of ${address}.`;
  }
  if (reason === "ForeignAnswer")
    return `Check the proxy, firewall or gateway between this machine and ${address} and its log.`;
  return `Check that this machine can reach ${address} over HTTPS, and Microsoft's service health.`;
}

/** What happened to the entries that a problem of the audit trail is about. */
export const recordProblemLabels = {
  edited: "was edited",
  deleted: "was deleted",
  moved: "was assigned to another subscription",
  gap: "is missing the entries before it",
  cut: "is missing its latest entries",
  unchained: "was inserted",
  fewer: "entries are left",
  erased: "lost its text without a recorded erasure",
  usage_changed: "was changed after the digest of its day was recorded",
  usage_deleted: "was deleted, but not by retention",
  usage_added: "was added after the digest of its day was recorded",
  usage_digest: "has digests of usage that the audit trail does not confirm",
  rewritten: "is the time up to which the audit trail differs from its anchor",
} as const;

export type RecordProblemKind = keyof typeof recordProblemLabels;

export const anchorFileAlarm: Words = {
  what: "The anchor file of the audit trail cannot be used",
  remedy:
    "The audit trail is still verified, but without its anchors. Check that RECORD_ANCHOR_FILE can be read and written, that its disk has space, and that each line is an anchor.",
};

/** @param found not empty */
export function recordAlarm(found: { kind: RecordProblemKind; about: string }[]): Words {
  const [first] = found;
  const others = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return {
    what: "The audit trail was changed from outside",
    remedy: `Someone with access to the database changed entries that must never change: ${first ? `${first.about} ${recordProblemLabels[first.kind]}` : "an entry"}${others}. Compare with a backup, and check who can write to the database.`,
  };
}
