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
 * One chain of the activity record: a subscription's, or of what one actor did on one day to no subscription. Written by a
 * trigger of `activity` alone, when the transaction commits: so these rows are locked last, and for a moment.
 */
export const activityStreams = pgTable("activity_streams", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique("activity_streams_by_name"),
  /** Of the entries, and the hash of the last. */
  count: bigint({ mode: "number" }).notNull(),
  hash: bytea().notNull(),
});

/**
 * The place of each entry in its chain. Version 2: SHA-256 over the previous hash, the columns that name no person, and a
 * commitment to those that may (`activity_commitment` in the migration). Without its salt a commitment says nothing about a
 * person, so their values can be erased and the chain still verifies. Append-only, but for the salt of an erased entry.
 */
export const activityChain = pgTable(
  "activity_chain",
  {
    streamId: bigint({ mode: "number" }).notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    /** No foreign key: an entry that was taken away leaves its link. */
    activityId: uuid().notNull().unique("activity_chain_entry"),
    hash: bytea().notNull(),
    /** 1: links of before, whose hash is over the content itself, without `source`, reason codes, bulk runs and notes. */
    version: smallint().notNull().default(2),
    /** SHA-256 over the salt and the values that may name a person; null in version 1. */
    commitment: bytea(),
    /** 32 random bytes; null in version 1, and once the entry was erased. */
    salt: bytea(),
  },
  (table) => [
    primaryKey({ columns: [table.streamId, table.seq] }),
    check("activity_chain_version", sql`(${table.version} = 2) = (${table.commitment} is not null)`),
  ],
);

/** One erasure of a person's data from the record. Its id is that of the entry that tells of it, which has count and digest. */
export const erasedEntries = pgTable(
  "erased_entries",
  {
    activityId: uuid().primaryKey(),
    erasureId: uuid().notNull(),
  },
  (table) => [index("erased_entries_erasure").on(table.erasureId, table.activityId)],
);

/** How far the record has been verified: one row, for all instances. */
export const recordChecks = pgTable(
  "record_checks",
  {
    id: integer().primaryKey().default(1),
    phase: text({ enum: ["chain", "streams", "entries"] })
      .notNull()
      .default("chain"),
    /** Of the last row that was looked at in this phase. */
    atStream: bigint({ mode: "number" }).notNull().default(0),
    atSeq: bigint({ mode: "number" }).notNull().default(0),
    atEntry: uuid(),
    /** In this pass. */
    entries: bigint({ mode: "number" }).notNull().default(0),
    found: jsonb().$type<RecordProblem[]>().notNull().default([]),
    /** In the last pass that came to its end. */
    verifiedAt: instant(),
    verifiedEntries: bigint({ mode: "number" }).notNull().default(0),
    verifiedFound: jsonb().$type<RecordProblem[]>().notNull().default([]),
    /** The last day whose anchor was taken. */
    anchoredOn: date(),
    /** What the anchor that was kept outside covers, where the record differs from it; null: it does not. */
    rewrittenThrough: instant(),
  },
  (table) => [check("record_checks_one", sql`${table.id} = 1`)],
);

/** What does not fit. `about` names the entry, or the stream where that is all there is. */
export type RecordProblem = {
  kind: "edited" | "deleted" | "moved" | "gap" | "cut" | "unchained" | "fewer" | "erased" | "rewritten";
  about: string;
};
