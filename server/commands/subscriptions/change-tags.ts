/** The tags of a subscription. */
import { eq } from "drizzle-orm";
import { maxTags } from "../../../shared/inputs/subscriptions.ts";
import type { Context } from "../../context.ts";
import { announce, record } from "../../database/record/record.ts";
import { subscriptions, tags } from "../../database/schema/subscriptions.ts";
import { AppError } from "../../errors.ts";
import { lockSubscription } from "./request-change.ts";

/**
 * Adds and removes tags, so that two people who edit tags at the same time do not undo each other's change.
 * @throws AppError `NotFound`, `Invalid` for too many tags
 */
export async function changeTags(
  ctx: Context,
  input: { subscriptionId: string; add: string[]; remove: string[] },
): Promise<{ tags: string[] }> {
  return ctx.db.transaction(async (tx) => {
    const row = await lockSubscription(tx, input.subscriptionId);
    const { wanted, added, summary } = changedTags(row.tags, input);
    if (summary === null) return { tags: row.tags };
    if (wanted.length > maxTags) {
      const message = `A subscription can have at most ${maxTags} tags. Remove a tag first.`;
      throw new AppError("Invalid", message, { fields: { add: [message] } });
    }
    const now = ctx.now();
    if (added.length > 0) {
      await tx
        .insert(tags)
        .values(added.map((name) => ({ name, firstGivenAt: now })))
        .onConflictDoNothing();
    }
    await tx.update(subscriptions).set({ tags: wanted }).where(eq(subscriptions.id, row.id));
    await record(tx, ctx.actor, now, [
      {
        subscriptionId: row.id,
        kind: "subscription.tags_changed",
        summary,
        before: { tags: row.tags },
        after: { tags: wanted },
      },
    ]);
    await announce(tx, [{ topic: "subscription", subscriptionId: row.id }]);
    return { tags: wanted };
  });
}

/** The tags after the change, those that are new, and the change in words; null if nothing changes. */
export function changedTags(
  current: readonly string[],
  { add, remove }: { add: string[]; remove: string[] },
): { wanted: string[]; added: string[]; summary: string | null } {
  const removed = new Set(remove);
  const wanted = [...new Set([...current, ...add])].filter((tag) => !removed.has(tag)).toSorted();
  const added = wanted.filter((tag) => !current.includes(tag));
  const gone = current.filter((tag) => removed.has(tag));
  return { wanted, added, summary: added.length === 0 && gone.length === 0 ? null : inWords(added, gone) };
}

function inWords(added: string[], gone: string[]): string {
  const parts = [
    added.length > 0 ? `tags added: ${added.join(", ")}` : "",
    gone.length > 0 ? `tags removed: ${gone.join(", ")}` : "",
  ];
  const text = parts.filter(Boolean).join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
