/** What the other two sides say about a subscription: the product, and Microsoft if it no longer knows it. */
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { productContact } from "./api-keys.ts";
import type { Database } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { confirmations } from "../schema/product.ts";
import { differences } from "../schema/reconcile.ts";

export async function findTruth(db: Database, subscriptionId: string, syncedAt: Date) {
  const [contact, [confirmation = null], [missing], requests] = await Promise.all([
    productContact(db),
    db.select().from(confirmations).where(eq(confirmations.subscriptionId, subscriptionId)),
    db
      .select({ at: differences.at })
      .from(differences)
      .where(
        and(
          eq(differences.subscriptionId, subscriptionId),
          eq(differences.kind, "missing"),
          eq(differences.done, "raised"),
          gt(differences.at, syncedAt),
        ),
      )
      .orderBy(desc(differences.id))
      .limit(1),
    // Only the latest entries: older requests are not relevant.
    db.execute<{ at: string }>(sql`
      select at from (select kind, at from ${activity} where ${activity.subscriptionId} = ${subscriptionId}
        order by ${activity.id} desc limit 200) latest
      where kind = 'subscription.confirmation_asked' limit 1`),
  ]);
  const askedAt = requests.rows[0] ? new Date(requests.rows[0].at) : null;
  return {
    contact,
    confirmation,
    missingSince: missing?.at ?? null,
    askedAt: askedAt && confirmation && confirmation.confirmedAt > askedAt ? null : askedAt,
  };
}
