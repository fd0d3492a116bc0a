/** Ids that carry the time of their row: lists are ordered by them, and spans of time are found by them. */
import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** What is so much earlier than the id before it is of another time (a clock was set back), and no matter of order. */
const sameTimeMs = 60_000;
const idBytes = 16;

/** For many ids at a time: to ask the system for each takes ten times as long as all the rest of making one. */
const randomness = Buffer.alloc(256 * idBytes);
let used = randomness.length;
let last = { ms: 0, seq: 0 };

/** A new uuid of version 7 for a row of this time. Ids that one process makes one after the other are in that order. */
export function newId(at: Date): string {
  const random = nextRandom();
  const ms = at.getTime();
  const isInOrder = ms > last.ms || last.ms - ms > sameTimeMs;
  // A sequence begins in the lower half of its range, so that it has the upper one to grow into.
  last = isInOrder ? { ms, seq: random.readUInt32BE(6) >>> 1 } : { ms: last.ms, seq: last.seq + 1 };
  return v7({ random, msecs: last.ms, seq: last.seq });
}

function nextRandom(): Buffer {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  return randomness.subarray(used, (used += idBytes));
}
