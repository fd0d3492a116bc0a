/** Browsers in which a person gets notifications: turn on, test, turn off. Each person manages their own. */
import { createHash, ECDH } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { type AddBrowserInput, browserRefused, maxBrowsers, pushReceiverId } from "../../../shared/notifications.ts";
import type { TestSent } from "../../../shared/views/notifications.ts";
import { announce } from "../../database/record/record.ts";
import { outboxReceivers as r } from "../../database/schema/outbox.ts";
import { pushBrowsers as b } from "../../database/schema/notices.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { newId } from "../../database/statements/new-id.ts";
import { AppError } from "../../errors.ts";
import type { NotifyContext } from "./channel-parts.ts";
import { resumeReceiver } from "./resume-receiver.ts";
import type { NotifyTools } from "./notify-tools.ts";

/** Takes the browser over if someone turned on notifications in it before.
 * @param device browser and system in words
 * @throws AppError `Invalid` for an address that may not be called, `NotAllowedNow` for too many
 */
export async function addBrowser(
  ctx: NotifyContext,
  tools: NotifyTools,
  { endpoint, keys, device }: AddBrowserInput & { device: string },
): Promise<{ id: string }> {
  const staffId = ownId(ctx);
  const why = await tools.addressProblem(endpoint);
  if (why !== null) throw new AppError("Invalid", why);
  if (!isPublicKey(keys.p256dh)) throw new AppError("Invalid", browserRefused);
  const now = ctx.now();
  const id = newId(now);
  const subscription = await tools.push.keys.seal({ endpoint, ...keys }, now);
  const fingerprint = createHash("sha256").update(endpoint).digest("base64url");
  await ctx.db.transaction(async (tx) => {
    // Locked, so that two people who add one at the same time cannot exceed the maximum.
    await lockExclusively(tx, "push browsers");
    await tx.delete(b).where(eq(b.fingerprint, fingerprint));
    const count = await tx.$count(b, eq(b.staffId, staffId));
    if (count >= maxBrowsers) {
      throw new AppError(
        "NotAllowedNow",
        `Notifications are already on in ${maxBrowsers} browsers, the maximum. Turn off one that you no longer use.`,
      );
    }
    await tx
      .insert(r)
      .values({ id: pushReceiverId, kind: "push", state: "active", stateSince: now })
      .onConflictDoNothing();
    await tx.insert(b).values({
      id,
      staffId,
      name: device,
      host: new URL(endpoint).host,
      subscription,
      fingerprint,
      createdAt: now,
    });
  });
  return { id };
}

/**
 * Shows a notification in the browser now. If it arrives, paused messages are sent again.
 * @throws AppError `NotFound`
 */
export async function testBrowser(ctx: NotifyContext, tools: NotifyTools, { id }: { id: string }): Promise<TestSent> {
  const [found] = await ctx.db
    .select({ subscription: b.subscription })
    .from(b)
    .where(and(eq(b.id, id), eq(b.staffId, ownId(ctx))));
  if (!found) throw new AppError("NotFound", "Notifications are no longer on in this browser. Turn them on again.");
  const to = await tools.push.keys.open(found.subscription, ctx.now());
  if (to === null) {
    await removeBrowser(ctx, { id });
    return { isDelivered: false, problem: "SESSION_SECRET has changed. Turn the notifications on again." };
  }
  const { outcome, problem, isGone } = await tools.push.post(to, {
    title: "Test message from Marketdesk",
    body: "Notifications arrive in this browser.",
    path: "/settings/notifications",
    tag: "test",
    isUrgent: false,
  });
  const isDelivered = outcome === "delivered";
  if (isGone) await removeBrowser(ctx, { id });
  if (isDelivered) {
    await ctx.db.transaction((tx) => resumeReceiver(ctx, tx, pushReceiverId));
    await announce(ctx.db, [{ topic: "need", subscriptionId: null }]);
    tools.wake();
  }
  return { isDelivered, problem };
}

/** Messages that wait for this browser are dropped when they are due. */
export async function removeBrowser(ctx: NotifyContext, { id }: { id: string }): Promise<void> {
  await ctx.db.delete(b).where(and(eq(b.id, id), eq(b.staffId, ownId(ctx))));
}

/** Whether it is a point of P-256, uncompressed. */
function isPublicKey(base64url: string): boolean {
  try {
    ECDH.convertKey(base64url, "prime256v1", "base64url");
    return true;
  } catch {
    return false;
  }
}

function ownId({ actor }: NotifyContext): string {
  if (actor.kind !== "staff") throw new AppError("Forbidden", "Only staff have notifications.");
  return actor.id;
}
