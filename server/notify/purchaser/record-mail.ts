/** The entry in the audit trail for an email to a purchaser. */
import { sql } from "drizzle-orm";
import { writtenMailType } from "../../../shared/customer-mails.ts";
import { purchaserMailKindLabels, purchaserMailKinds } from "../../../shared/notifications.ts";
import type { Database } from "../../database/connection/database.ts";
import { record } from "../../database/record/record.ts";
import type { ClaimedMessage } from "../../database/writes/outbox-claims.ts";
import type { Sent } from "../../outbox/channel.ts";

/** Records an email to a purchaser on the subscription's timeline. */
export async function recordMail(
  { db, now }: { db: Database; now: () => Date },
  { type, about, subscriptionId }: ClaimedMessage,
  { outcome }: Sent,
): Promise<void> {
  if (subscriptionId === null || !type.startsWith("purchaser.")) return;
  const isSent = outcome === "delivered";
  await record(db, { kind: "system", name: "Marketdesk" }, now(), [
    {
      subscriptionId,
      operationId: await operationOf(db, about),
      kind: isSent ? "mail.sent" : "mail.refused",
      summary: `Email to the purchaser ${isSent ? "sent" : "refused by the mail server"}: ${nameOf(type)}`,
    },
  ]);
}

/** The operation behind an email about an event; `about` is the id of the event's audit entry. */
async function operationOf(db: Database, about: string): Promise<string | null> {
  const entryId = about.split(" ")[1] ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entryId)) return null;
  const { rows } = await db.execute<{ operation_id: string | null }>(
    sql`select operation_id from activity where id = ${entryId}::uuid`,
  );
  return rows[0]?.operation_id ?? null;
}

/** `Payment failed`, of `purchaser.payment_failed`. */
function nameOf(type: string): string {
  if (type === writtenMailType) return "Written by staff";
  const kind = purchaserMailKinds.find((one) => type === `purchaser.${one}`);
  return kind ? purchaserMailKindLabels[kind] : type;
}
