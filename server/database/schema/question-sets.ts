import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Question } from "../../../shared/questions.ts";
import { setBy } from "./column-types.ts";

/** Questions of the landing page, in versions; the latest of a scope is active. Append-only. */
export const questionSets = pgTable(
  "question_sets",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all question sets. */
    version: integer().notNull().unique("question_sets_version"),
    /** Null: all offers. */
    offerId: text(),
    /** Null: all plans of the offer. */
    planId: text(),
    /** The scope inherits the wider questions from here on. */
    followsWider: boolean().notNull().default(false),
    questions: jsonb().$type<Question[]>(),
    ...setBy,
  },
  (table) => [
    check("question_sets_version_positive", sql`${table.version} > 0`),
    check("question_sets_plan_of_offer", sql`${table.offerId} is not null or ${table.planId} is null`),
    check("question_sets_no_empty_ids", sql`${table.offerId} <> '' and ${table.planId} <> ''`),
    check("question_sets_questions_or_wider", sql`${table.followsWider} = (${table.questions} is null)`),
    check("question_sets_wider_of_all", sql`not ${table.followsWider} or ${table.offerId} is not null`),
    check("question_sets_list", sql`jsonb_typeof(${table.questions}) = 'array'`),
    check("question_sets_reason", sql`${table.reason} <> ''`),
    /** The active questions of an offer and plan, and a scope's history. */
    index("question_sets_scope").on(table.offerId, table.planId, table.version),
  ],
);
