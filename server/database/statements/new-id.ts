/** Time-ordered ids: lists are ordered by them, and time spans use them. */
import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** A larger step back means that the clock was set back, so the order does not matter. */
const sameTimeMs = 5_000;
const idBytes = 16;

/** Filled for many ids together: a system call per id costs ten times the rest. */
const randomness = Buffer.alloc(256 * idBytes);
let used = randomness.length;
let last = { ms: 0, seq: 0 };

/** A new version 7 UUID for this time. Ids created in sequence by one process are in order. */
export function newId(at: Date): string {
  const random = nextRandom();
  const ms = at.getTime();
  const isInOrder = ms > last.ms || last.ms - ms > sameTimeMs;
  // Starts in the lower half of the range, to leave room to count up.
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
