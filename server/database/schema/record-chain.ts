import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, instant } from "./column-types.ts";

/**
 * One chain of the audit trail: of a subscription, or of one actor's other changes on one day. Only a trigger of
 * `activity` writes it, at the commit, so these rows are locked last and briefly.
 */
export const activityStreams = pgTable("activity_streams", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique("activity_streams_by_name"),
  /** The number of entries, and the hash of the last. */
  count: bigint({ mode: "number" }).notNull(),
  hash: bytea().notNull(),
});

/**
 * The position of each entry in its chain. Version 2: SHA-256 over the previous hash, the columns without personal
 * data, and a commitment to the others (`activity_commitment` in `drizzle/0000_schema.sql`). Without its salt a commitment
 * reveals nothing, so values can be erased and the chain still verifies. Append-only, except the salt of an erased
 * entry.
 */
export const activityChain = pgTable(
  "activity_chain",
  {
    streamId: bigint({ mode: "number" }).notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    /** No foreign key: a deleted entry leaves its link. */
    activityId: uuid().notNull().unique("activity_chain_entry"),
    hash: bytea().notNull(),
    /** 1: older links, whose hash is over the content itself, without `source`, reason codes, bulk runs and notes. */
    version: smallint().notNull().default(2),
    /** SHA-256 over the salt and the values that may name a person; null in version 1. */
    commitment: bytea(),
    /** 32 random bytes; null in version 1, and after an erasure. */
    salt: bytea(),
  },
  (table) => [
    primaryKey({ columns: [table.streamId, table.seq] }),
    check("activity_chain_version", sql`(${table.version} = 2) = (${table.commitment} is not null)`),
  ],
);

/**
 * One erasure of a person's data from the audit trail. Its id is that of its audit entry, which has count and
 * digest.
 */
export const erasedEntries = pgTable(
  "erased_entries",
  {
    activityId: uuid().primaryKey(),
    erasureId: uuid().notNull(),
  },
  (table) => [index("erased_entries_erasure").on(table.erasureId, table.activityId)],
);

/** How far the audit trail has been verified: one row for all instances. */
export const recordChecks = pgTable(
  "record_checks",
  {
    id: integer().primaryKey().default(1),
    phase: text({ enum: ["chain", "streams", "entries"] })
      .notNull()
      .default("chain"),
    /** The last row checked in this phase. */
    atStream: bigint({ mode: "number" }).notNull().default(0),
    atSeq: bigint({ mode: "number" }).notNull().default(0),
    atEntry: uuid(),
    /** The number of entries checked in this pass. */
    entries: bigint({ mode: "number" }).notNull().default(0),
    found: jsonb().$type<RecordProblem[]>().notNull().default([]),
    /** The last completed pass. */
    verifiedAt: instant(),
    verifiedEntries: bigint({ mode: "number" }).notNull().default(0),
    verifiedFound: jsonb().$type<RecordProblem[]>().notNull().default([]),
    /** The last day whose anchor was taken. */
    anchoredOn: date(),
    /** What the external anchor covers, if the audit trail differs from it; otherwise null. */
    rewrittenThrough: instant(),
  },
  (table) => [check("record_checks_one", sql`${table.id} = 1`)],
);

/** A mismatch. `about` names the entry, or the stream if there is no entry. */
export type RecordProblem = {
  kind:
    | "edited"
    | "deleted"
    | "moved"
    | "gap"
    | "cut"
    | "unchained"
    | "fewer"
    | "erased"
    | "rewritten"
    | "usage_changed"
    | "usage_deleted"
    | "usage_added"
    | "usage_digest";
  about: string;
};
