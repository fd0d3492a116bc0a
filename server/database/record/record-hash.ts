/**
 * The hashes of the audit trail, computed outside of the database, so that its owner cannot fake the verification.
 * Byte for byte the same as `activity_hash`, `activity_commitment` and `activity_link_hash` in `drizzle/0000_schema.sql`.
 */
import { createHash } from "node:crypto";

/** An entry as PostgreSQL writes it: JSON columns as text, the time in milliseconds. */
export type HashedEntry = {
  id: string;
  at_ms: string;
  subscription_id: string | null;
  operation_id: string | null;
  delivery_id: string | null;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  kind: string;
  summary: string;
  before: string | null;
  after: string | null;
  reason: string | null;
  reason_code: string | null;
  source: string | null;
  bulk_run_id: string | null;
};

/** The chain of an entry. */
export function streamOf(entry: HashedEntry): string {
  if (entry.subscription_id !== null) return `s ${entry.subscription_id}`;
  const day = new Date(Number(entry.at_ms)).toISOString().slice(0, 10);
  return `d ${day} ${entry.actor_kind} ${entry.actor_id ?? entry.actor_name}`;
}

/** The values that may name a person. */
export function commitmentOf(entry: HashedEntry, note: string | null, salt: Buffer): Buffer {
  const values = [
    text(entry.actor_name),
    text(entry.summary),
    entry.before,
    entry.after,
    text(entry.reason),
    text(note),
  ];
  return sha256(salt, array(values));
}

/**
 * A link of version 2.
 * @param previous the hash of the previous link, empty for the first
 */
export function linkHash(entry: HashedEntry, seq: string, previous: Buffer, commitment: Buffer): Buffer {
  const values = [
    "2",
    seq,
    text(entry.id),
    entry.at_ms,
    text(entry.subscription_id),
    text(entry.operation_id),
    text(entry.delivery_id),
    text(entry.actor_kind),
    text(entry.actor_id),
    text(entry.kind),
    text(entry.source),
    text(entry.reason_code),
    text(entry.bulk_run_id),
    text(commitment.toString("hex")),
  ];
  return sha256(previous, array(values));
}

/** A link of version 1. */
export function firstLinkHash(entry: HashedEntry, seq: string, previous: Buffer): Buffer {
  const values = [
    seq,
    text(entry.id),
    entry.at_ms,
    text(entry.subscription_id),
    text(entry.operation_id),
    text(entry.delivery_id),
    text(entry.actor_kind),
    text(entry.actor_id),
    text(entry.actor_name),
    text(entry.kind),
    text(entry.summary),
    entry.before,
    entry.after,
    text(entry.reason),
  ];
  return sha256(previous, array(values));
}

/** The output of `json_build_array`. */
function array(values: (string | null)[]): string {
  return `[${values.map((value) => value ?? "null").join(", ")}]`;
}

/** PostgreSQL escapes the same characters as JSON.stringify. */
function text(value: string | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function sha256(before: Buffer, content: string): Buffer {
  return createHash("sha256").update(before).update(content, "utf8").digest();
}
