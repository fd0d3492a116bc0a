/** Reads whether mails to purchasers are sent, and the texts that admins have set. */
import { asc } from "drizzle-orm";
import type { Database } from "../connection/database.ts";
import { purchaserMails } from "../schema/notices.ts";

export function readPurchaserMails(db: Database) {
  return db.select().from(purchaserMails).orderBy(asc(purchaserMails.kind));
}
