/**
 * Support codes for visits that the landing page could not help. Every code that is shown is on record; a flood of visits
 * shares one, so that strangers can neither fill the table nor displace others from it.
 */
import type { Logger } from "pino";
import { newSupportCode } from "../../commands/purchases/support-code.ts";
import { recordLandingProblem, type LandingProblem } from "../../commands/purchases/record-landing-problem.ts";
import type { Database } from "../../database/connection/database.ts";

/** A person who has the same problem again within this time gets the same code. */
const sameCodeMs = 10 * 60_000;
/** New codes of a kind per minute; further visitors get the latest one. */
const maxNewOfKind = 20;
const minuteMs = 60_000;
const maxPeople = 5_000;

type Given = { supportCode: string; at: number };

export function createSupportCodes(options: { db: Database; now: () => Date; log: Logger }) {
  const { db, now, log } = options;
  const givenTo = new Map<string, Given>();
  const byKind = new Map<string, { from: number; count: number; latest: string }>();

  function reusable(key: string, kind: string): string | null {
    const at = now().getTime();
    const given = givenTo.get(key);
    if (given && Math.abs(at - given.at) < sameCodeMs) return given.supportCode;
    const recent = byKind.get(kind);
    return recent && Math.abs(at - recent.from) < minuteMs && recent.count >= maxNewOfKind ? recent.latest : null;
  }

  function remember(key: string, kind: string, supportCode: string): void {
    const at = now().getTime();
    const [oldest] = givenTo.keys();
    if (givenTo.size >= maxPeople && oldest !== undefined) givenTo.delete(oldest);
    givenTo.set(key, { supportCode, at });
    const recent = byKind.get(kind);
    const isSameMinute = recent !== undefined && Math.abs(at - recent.from) < minuteMs;
    byKind.set(kind, {
      from: isSameMinute ? recent.from : at,
      count: isSameMinute ? recent.count + 1 : 1,
      latest: supportCode,
    });
  }

  /** @param who a person's id; null for visitors who are not signed in: they share one code */
  return async function supportCodeFor(
    who: string | null,
    problem: Omit<LandingProblem, "supportCode">,
  ): Promise<string> {
    const key = `${problem.kind} ${who ?? ""}`;
    const known = reusable(key, problem.kind);
    if (known !== null) return known;
    const supportCode = newSupportCode();
    remember(key, problem.kind, supportCode);
    await recordLandingProblem({ db, now }, { ...problem, supportCode }).catch((error: unknown) => {
      givenTo.delete(key);
      log.warn({ supportCode, err: error }, "a trouble of the landing page could not be kept");
    });
    return supportCode;
  };
}
