/**
 * Support codes for visits that failed. Each code is stored with its problem. Above a rate, visits share a code, so that
 * strangers cannot fill the table.
 */
import type { Logger } from "pino";
import { newSupportCode } from "../../commands/purchases/support-code.ts";
import { recordLandingProblem, type LandingProblem } from "../../commands/purchases/record-landing-problem.ts";
import type { Database } from "../../database/connection/database.ts";

/** A person who has the same problem again within this time gets the same code. */
const sameCodeMs = 10 * 60_000;
/** Per minute. Further visitors with the same kind of problem get the latest code. */
const maxNewOfKind = 20;
const minuteMs = 60_000;
const maxPeople = 5_000;

type IssuedCode = { supportCode: string; at: number };

export function createSupportCodes(options: { db: Database; now: () => Date; log: Logger }) {
  const { db, now, log } = options;
  const issuedTo = new Map<string, IssuedCode>();
  const byKind = new Map<string, { from: number; count: number; latest: string }>();

  function reusable(key: string, kind: string): string | null {
    const at = now().getTime();
    const issued = issuedTo.get(key);
    if (issued && Math.abs(at - issued.at) < sameCodeMs) return issued.supportCode;
    const recent = byKind.get(kind);
    return recent && Math.abs(at - recent.from) < minuteMs && recent.count >= maxNewOfKind ? recent.latest : null;
  }

  function remember(key: string, kind: string, supportCode: string): void {
    const at = now().getTime();
    const [oldest] = issuedTo.keys();
    if (issuedTo.size >= maxPeople && oldest !== undefined) issuedTo.delete(oldest);
    issuedTo.set(key, { supportCode, at });
    const recent = byKind.get(kind);
    const isSameMinute = recent !== undefined && Math.abs(at - recent.from) < minuteMs;
    byKind.set(kind, {
      from: isSameMinute ? recent.from : at,
      count: isSameMinute ? recent.count + 1 : 1,
      latest: supportCode,
    });
  }

  /** @param personId null for visitors who are not signed in: they share a code */
  return async function supportCodeFor(
    personId: string | null,
    problem: Omit<LandingProblem, "supportCode">,
  ): Promise<string> {
    const key = `${problem.kind} ${personId ?? ""}`;
    const known = reusable(key, problem.kind);
    if (known !== null) return known;
    const supportCode = newSupportCode();
    remember(key, problem.kind, supportCode);
    await recordLandingProblem({ db, now }, { ...problem, supportCode }).catch((error: unknown) => {
      issuedTo.delete(key);
      log.warn({ supportCode, err: error }, "a problem of the landing page could not be stored");
    });
    return supportCode;
  };
}
