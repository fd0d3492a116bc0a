/** The owner of a subscription. */
import { eq } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { findPossibleOwner } from "../../database/queries/staff.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "./request-change.ts";

export type Owner = { id: string; name: string };

/**
 * Assigns the subscription to the caller or a colleague, or removes the owner.
 * @throws AppError `NotFound`; `Forbidden` if the caller is neither staff nor an automation; `Invalid` as in {@link resolveOwner};
 * `Conflict` if someone has assigned it since the caller saw `seenOwner`
 */
export async function assignOwner(
  ctx: Context,
  input: { subscriptionId: string; owner: string | null; seenOwner?: string | null | undefined },
): Promise<{ ok: true }> {
  const { actor } = ctx;
  if (actor.kind !== "staff" && actor.kind !== "automation") {
    throw new AppError("Forbidden", "Only staff can own subscriptions.");
  }
  await ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    const owner = await resolveOwner(tx, actor, input.owner);
    const seen = input.seenOwner === "me" ? actor.id : input.seenOwner;
    if (seen !== undefined && seen !== row.ownerId) {
      const now = row.ownerName === null ? "no one" : row.ownerName;
      throw new AppError("Conflict", `The owner has been changed since; it is ${now} now. Nothing was changed.`);
    }
    if ((owner?.id ?? null) === row.ownerId) return;
    await tx
      .update(subscriptions)
      .set({ ownerId: owner?.id ?? null, ownerName: owner?.name ?? null })
      .where(eq(subscriptions.id, row.id));
    await record(tx, actor, ctx.now(), [
      {
        subscriptionId: row.id,
        kind: "subscription.owner_changed",
        summary: owner === null ? "Unassigned" : `Assigned to ${owner.name}`,
        before: { owner: row.ownerName },
        after: { owner: owner?.name ?? null },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
  });
  return { ok: true };
}

/**
 * The staff member that an input names.
 * @param owner `me`, a staff id, or null for unassigned
 * @throws AppError `Invalid` with the field `owner` if the person may not act
 */
export async function resolveOwner(db: Executor, me: Owner, owner: string | null): Promise<Owner | null> {
  if (owner === null) return null;
  if (owner === "me") return { id: me.id, name: me.name };
  const colleague = await findPossibleOwner(db, owner);
  if (colleague) return colleague;
  const message = "This colleague can no longer own subscriptions. Choose another colleague.";
  throw new AppError("Invalid", message, { fields: { owner: [message] } });
}
