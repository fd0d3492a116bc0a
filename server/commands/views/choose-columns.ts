/** The columns that a staff member sees in the list of subscriptions, and their widths. A personal setting, not in the audit trail. */
import { eq } from "drizzle-orm";
import type { ChooseLayoutInput, SubscriptionColumn } from "../../../shared/columns.ts";
import type { Context } from "../../context.ts";
import { columnChoices, listLayouts } from "../../database/schema/column-choices.ts";
import { AppError } from "../../errors.ts";

/**
 * Stores the caller's columns; null resets them to the default.
 * @throws AppError `Forbidden` unless staff
 */
export async function chooseColumns(
  { db, actor }: Context,
  { columns }: { columns: SubscriptionColumn[] | null },
): Promise<{ ok: true }> {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can choose columns.");
  if (columns === null) await db.delete(columnChoices).where(eq(columnChoices.staffId, actor.id));
  else
    await db
      .insert(columnChoices)
      .values({ staffId: actor.id, columns })
      .onConflictDoUpdate({ target: columnChoices.staffId, set: { columns } });
  return { ok: true };
}

/**
 * Stores the widths of a view's columns, or the density of the list.
 * @throws AppError `Forbidden` unless staff
 */
export async function chooseLayout(
  { db, actor }: Context,
  { view, widths, isComfortable }: ChooseLayoutInput,
): Promise<{ ok: true }> {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff can choose the layout of a list.");
  const chosen = { ...(widths && { widths }), ...(isComfortable === undefined ? {} : { isComfortable }) };
  if (Object.keys(chosen).length === 0) return { ok: true };
  await db
    .insert(listLayouts)
    .values({ staffId: actor.id, view, widths: {}, ...chosen })
    .onConflictDoUpdate({ target: [listLayouts.staffId, listLayouts.view], set: chosen });
  return { ok: true };
}
