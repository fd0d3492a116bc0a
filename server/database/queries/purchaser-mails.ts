/** Reads whether emails to purchasers are sent, and the texts that admins have set. */
import { asc } from "drizzle-orm";
import type { Language } from "../../../shared/languages.ts";
import { fingerprintOf } from "../statements/fingerprint.ts";
import type { Database } from "../connection/database.ts";
import { purchaserMails } from "../schema/notices.ts";

export function readPurchaserMails(db: Database) {
  return db.select().from(purchaserMails).orderBy(asc(purchaserMails.kind));
}

type MailRow = Pick<typeof purchaserMails.$inferSelect, "isEnabled" | "texts">;

/** Differs after a change that shows in this language. @param row undefined: never changed */
export function mailVersionOf(row: MailRow | undefined, language: Language): string {
  const { subject, body } = row?.texts[language] ?? {};
  return fingerprintOf([row?.isEnabled ?? true, subject ?? null, body ?? null]);
}
