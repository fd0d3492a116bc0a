import { sql } from "drizzle-orm";
import { check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Language } from "../../../shared/languages.ts";
import { instant } from "./column-types.ts";

/** Emails that staff wrote and Marketdesk sends. The message in the outbox and the audit entry have the same id. */
export const customerMails = pgTable(
  "customer_mails",
  {
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    recipient: text().notNull(),
    language: text().$type<Language>().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    writtenByName: text().notNull(),
    writtenAt: instant().notNull(),
  },
  (table) => [check("customer_mails_text", sql`${table.subject} <> '' and ${table.body} <> ''`)],
);
