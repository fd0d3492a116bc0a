/** Which columns of the list of subscriptions a member of staff sees. Their own matter: it is not on record. */
import { eq } from "drizzle-orm";
import type { SubscriptionColumn } from "../../../shared/columns.ts";
import type { Context } from "../../context.ts";
import { columnChoices } from "../../database/schema/column-choices.ts";
import { AppError } from "../../errors.ts";

/** Keeps them for who asks; null: the usual ones again. @throws AppError `Forbidden` for other than staff */
export async function chooseColumns(
  { db, actor }: Context,
  { columns }: { columns: SubscriptionColumn[] | null },
): Promise<{ ok: true }> {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff choose columns.");
  if (columns === null) await db.delete(columnChoices).where(eq(columnChoices.staffId, actor.id));
  else
    await db
      .insert(columnChoices)
      .values({ staffId: actor.id, columns })
      .onConflictDoUpdate({ target: columnChoices.staffId, set: { columns } });
  return { ok: true };
}
