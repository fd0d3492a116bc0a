/** Ids that carry the time of their row: lists are ordered by them, and spans of time are found by them. */
import { randomInt } from "node:crypto";
import { v7 } from "uuid";

/** What is so much earlier than the id before it is of another time (a clock was set back), and no matter of order. */
const sameTimeMs = 60_000;
const halfOfSequence = 2 ** 31;

let last = { ms: 0, seq: 0 };

/** A new uuid of version 7 for a row of this time. Ids that one process makes one after the other are in that order. */
export function newId(at: Date): string {
  const ms = at.getTime();
  const isInOrder = ms > last.ms || last.ms - ms > sameTimeMs;
  last = isInOrder ? { ms, seq: randomInt(halfOfSequence) } : { ms: last.ms, seq: last.seq + 1 };
  return v7({ msecs: last.ms, seq: last.seq });
}
