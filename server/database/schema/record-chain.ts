import { sql } from "drizzle-orm";
import { bigint, check, date, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

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

/** The place of each entry in its chain: SHA-256 over the hash before it and its own content. Append-only. */
export const activityChain = pgTable(
  "activity_chain",
  {
    streamId: bigint({ mode: "number" }).notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    /** No foreign key: an entry that was taken away leaves its link. */
    activityId: uuid().notNull().unique("activity_chain_entry"),
    hash: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.streamId, table.seq] })],
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
    found: jsonb().$type<RecordTrouble[]>().notNull().default([]),
    /** In the last pass that came to its end. */
    verifiedAt: instant(),
    verifiedEntries: bigint({ mode: "number" }).notNull().default(0),
    verifiedFound: jsonb().$type<RecordTrouble[]>().notNull().default([]),
    /** The last day whose heads are in the log. */
    anchoredOn: date(),
  },
  (table) => [check("record_checks_one", sql`${table.id} = 1`)],
);

/** What does not fit. `about` names the entry, or the stream where that is all there is. */
export type RecordTrouble = {
  kind: "edited" | "deleted" | "moved" | "gap" | "cut" | "unchained" | "fewer";
  about: string;
};
