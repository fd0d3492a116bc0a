/** Alarms in words: what is wrong with the desk or its surroundings, and what helps. Pure. */
import { entraCodeInWords } from "./entra-code.ts";

type Words = { what: string; remedy: string };

/** Beyond this a clock is wrong; Microsoft's tokens are taken up to a minute. */
export const clockAlarmMs = 30_000;

/** How far an instance's clock is ahead, in milliseconds; null: not known. */
export type ClockReadings = { database: number | null; microsoft: number | null };

/** Null: the clocks agree well enough. */
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
  return {
    what: `The clock of ${instance} is ${wrong.join(" and ")}`,
    remedy:
      "Set the clocks by a time server: past a minute Microsoft's webhooks are refused, because their tokens seem not valid yet or expired.",
  };
}

export const awayAlarm: Words = {
  what: "Microsoft does not answer",
  remedy:
    "Calls to the Marketplace wait and are tried again by themselves; webhooks are still taken, and nothing is lost. If Microsoft tells of no trouble, let this machine reach the Marketplace by HTTPS.",
};

/** How Microsoft treats our calls, where it does not carry them out. */
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
  if (reason === null) return "does not answer";
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") return `cannot be found by name (${reason})`;
  if (certificateReasons.test(reason)) return `cannot be reached: its TLS certificate is not accepted (${reason})`;
  if (/^[45]\d\d$/.test(reason)) return `answers with errors (${reason})`;
  return reason === "TimeoutError" ? "does not answer in time" : `cannot be reached (${reason})`;
}

function networkRemedy(reason: string | null, address: string): string {
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") return `Check the DNS server of this machine for ${address}.`;
  if (reason !== null && certificateReasons.test(reason)) {
    return `Check this machine's clock and root certificates, and whether a proxy replaces the certificate of ${address}.`;
  }
  return `Check that this machine can reach ${address} over HTTPS, and Microsoft's service health.`;
}

/** What happened to what a trouble of the record is about. */
export const recordProblemLabels = {
  edited: "was edited",
  deleted: "was deleted",
  moved: "was given to another subscription",
  gap: "has lost what came before it",
  cut: "has lost its latest entries",
  unchained: "was put in",
  fewer: "entries are left",
  erased: "lost its words without a recorded erasure",
  rewritten: "is the time up to which it differs from its anchor",
} as const;

export type RecordProblemKind = keyof typeof recordProblemLabels;

/** @param found not empty */
export function recordAlarm(found: { kind: RecordProblemKind; about: string }[]): Words {
  const [first] = found;
  const others = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return {
    what: "The record of activity was changed from outside",
    remedy: `Someone with access to the database changed what only grows: ${first ? `${first.about} ${recordProblemLabels[first.kind]}` : "an entry"}${others}. Compare with a backup, and see who can write to the database.`,
  };
}
