/**
 * Digests of the usage of a day, which an audit entry covers: so the chain of the audit trail proves bills, too.
 * docs/decisions/0036-digests-of-usage.md has the canonical form. What happened after a digest was taken is not part of it,
 * so the same rows have the same digest at any later time.
 */
import { createHash, type Hash } from "node:crypto";
import type { Day } from "../../../shared/day.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";

/** An hour with all that proves its bill, as the database has it. Times are ISO instants in milliseconds. */
export type ProvenHour = {
  subscriptionId: string;
  dimension: string;
  hour: string;
  planId: string;
  isTrial: boolean;
  termStartsOn: Day | null;
  termEndsOn: Day | null;
  quantity: string;
  billable: string | null;
  effectiveAt: string;
  sealedAt: string | null;
  endedAt: string | null;
  state: string;
  problem: string | null;
  accepted: string | null;
  usageEventId: string | null;
  /** SHA-256 of its events that came in time, as hex. */
  events: string;
  carriedFrom: ProvenCarry[];
  carriedTo: ProvenCarry[];
  calls: ProvenCall[];
};

export type ProvenEvent = {
  eventId: string;
  planId: string;
  quantity: string;
  occurredAt: string;
  receivedAt: string;
  source: string;
};

/** Late usage of, or billed in, another hour, named by its slot. */
export type ProvenCarry = { slotId: string; quantity: string; at: string };

export type ProvenCall = {
  callId: string;
  sentAt: string;
  quantity: string;
  answeredAt: string | null;
  httpStatus: number | null;
  requestId: string | null;
  status: string | null;
  usageEventId: string | null;
  earlierQuantity: string | null;
};

/** What a digest knows of an hour, so that a difference can be named. `endsOn`: of its term. */
export type Leaf = { dimension: string; hour: string; hash: string; endsOn: Day | null; isOpen: boolean };

export type SubscriptionDigest = {
  subscriptionId: string;
  /** SHA-256, as hex. */
  digest: string;
  /** The last day of the terms of its hours, or the day itself: retention deletes them later. */
  endsOn: Day;
  leaves: Leaf[];
};

const digits = (value: string | null) => (value === null ? null : inDigits(quantityOf(value)));
const sha256 = () => createHash("sha256");
const hex = (content: string) => sha256().update(content, "utf8").digest("hex");

export function addEvent(hash: Hash, event: ProvenEvent): void {
  const { eventId, planId, quantity, occurredAt, receivedAt, source } = event;
  hash.update(`${JSON.stringify([eventId, planId, digits(quantity), occurredAt, receivedAt, source])}\n`, "utf8");
}

/** @param takenAt ISO instant at which the digest was taken */
export function leafOf(hour: ProvenHour, takenAt: string): Leaf {
  const isBy = (at: string | null) => at !== null && at <= takenAt;
  const isSealed = isBy(hour.sealedAt);
  const isEnded = isBy(hour.endedAt);
  const carries = (rows: ProvenCarry[]) =>
    rows.filter(({ at }) => isBy(at)).map(({ slotId, quantity, at }) => [slotId, digits(quantity), at]);
  const calls = hour.calls
    .filter(({ sentAt }) => isBy(sentAt))
    .map((call) => [
      call.callId,
      call.sentAt,
      digits(call.quantity),
      ...(isBy(call.answeredAt)
        ? [
            call.answeredAt,
            call.httpStatus,
            call.requestId,
            call.status,
            call.usageEventId,
            digits(call.earlierQuantity),
          ]
        : []),
    ]);
  const hash = hex(
    JSON.stringify([
      "1",
      hour.subscriptionId,
      hour.dimension,
      hour.hour,
      hour.planId,
      hour.events,
      carries(hour.carriedFrom),
      carries(hour.carriedTo),
      isSealed
        ? [
            hour.isTrial,
            hour.termStartsOn,
            hour.termEndsOn,
            digits(hour.quantity),
            digits(hour.billable),
            hour.effectiveAt,
            hour.sealedAt,
          ]
        : null,
      isEnded ? [hour.state, hour.problem, digits(hour.accepted), hour.usageEventId, hour.endedAt] : null,
      calls,
    ]),
  );
  return {
    dimension: hour.dimension,
    hour: hour.hour,
    hash,
    endsOn: isSealed ? hour.termEndsOn : null,
    isOpen: !isEnded,
  };
}

export function digestOf(day: Day, subscriptionId: string, leaves: Leaf[]): SubscriptionDigest {
  const endsOn = leaves.reduce((last, leaf) => (leaf.endsOn !== null && leaf.endsOn > last ? leaf.endsOn : last), day);
  const rows = leaves.map((leaf) => [leaf.dimension, leaf.hour, leaf.hash, leaf.endsOn, leaf.isOpen]);
  return { subscriptionId, digest: hex(JSON.stringify(["1", day, subscriptionId, endsOn, rows])), endsOn, leaves };
}

/** The digest of all subscriptions of a day, in the byte order of their ids. */
export class UsageRoot {
  readonly #hash = sha256();
  subscriptions = 0;

  add({ subscriptionId, digest, endsOn }: Omit<SubscriptionDigest, "leaves">): void {
    this.subscriptions += 1;
    this.#hash.update(`${JSON.stringify([subscriptionId, digest, endsOn])}\n`, "utf8");
  }

  hex(): string {
    return this.#hash.digest("hex");
  }
}

/** What the audit entry of a digest says. */
export type DigestEntry = {
  day: Day;
  takenAt: string;
  subscriptions: number;
  hours: number;
  endsOn: Day;
  root: string;
};
