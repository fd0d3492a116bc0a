/** Why the database cannot be used while the app runs: for staff, products and `/readyz`, without its address, its user or data. */

type CodedError = Error & { code?: string; severity?: string; syscall?: string };

/** Null for errors of a single statement. */
export function databaseProblem(error: unknown): string | null {
  const inner = causeOf(error);
  if (inner === null) return null;
  const { code = "", message } = inner;
  if (code.startsWith("28")) return "it rejects Marketdesk's user or password";
  if (code === "3D000") return "its server has no database of that name";
  if (code === "53300") return "it allows no more connections";
  if (code === "55000" && inner.severity === "FATAL") return "it accepts no connections";
  if (code === "57P03") return "it is starting, stopping or recovering";
  if (code === "42501") return "Marketdesk's database user lacks a permission, which npm run migrate -- --grant gives";
  if (code === "42P01" || code === "42703")
    return "it lacks a table or column of this version, which npm run migrate adds";
  if (/^(?:CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_)/.test(code)) return "its certificate is not accepted";
  // Of its socket; a missing file has the same code.
  const isNoSocket = code === "ENOENT" && inner.syscall === "connect";
  if (unreachable.has(code) || isNoSocket || message.startsWith("timeout exceeded when trying to connect"))
    return "it cannot be reached";
  return null;
}

/** For something that failed so. */
export function databaseProblemMessage(problem: string, isChange: boolean): string {
  const unchanged = isChange ? "Nothing was changed: the" : "The";
  return `${unchanged} database cannot be used, because ${problem}. Try again in a minute; if it fails again, inform the publisher's engineers.`;
}

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
]);

/** The driver's error. A failed `fetch` has the same codes, and is not the database's. */
function causeOf(error: unknown): CodedError | null {
  if (!(error instanceof Error) || error instanceof TypeError) return null;
  const inner = error.cause instanceof Error ? error.cause : error;
  return inner instanceof TypeError ? null : inner;
}
