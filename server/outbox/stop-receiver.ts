/** Pauses or disables a receiver because deliveries to it fail. The receiver then needs attention; a successful test resumes it. */
import { and, eq, exists } from "drizzle-orm";
import { maxRetryDays } from "../../shared/outbox.ts";
import type { Database, Executor } from "../database/connection/database.ts";
import { announce, record } from "../database/record/record.ts";
import { endpoints } from "../database/schema/endpoints.ts";
import { channels } from "../database/schema/notices.ts";
import { outboxLanes, outboxReceivers as r } from "../database/schema/outbox.ts";
import type { ClaimedLane } from "../database/writes/outbox-claims.ts";

const stops = {
  gone: {
    state: "disabled",
    kind: "endpoint.disabled",
    channelKind: "channel.disabled",
    why: "disabled: it answered 410 Gone",
    channelWhy: "disabled: its address no longer exists",
  },
  failing: {
    state: "paused",
    kind: "endpoint.paused",
    channelKind: "channel.paused",
    why: `paused: nothing was delivered for ${maxRetryDays} days`,
    channelWhy: `paused: nothing was delivered for ${maxRetryDays} days`,
  },
} as const;

/** Recorded once, by the first instance that notices it. An instance that stood still knows only what the receiver was like before. */
export async function stopReceiver(
  { db, now }: { db: Database; now: () => Date },
  { lane, reason }: { lane: ClaimedLane; reason: keyof typeof stops },
): Promise<void> {
  const { receiverId } = lane;
  const { state, kind, channelKind, why, channelWhy } = stops[reason];
  await db.transaction(async (tx) => {
    const stopped = await tx
      .update(r)
      .set({ state, stateReason: reason, stateSince: now() })
      .where(and(eq(r.id, receiverId), eq(r.state, "active"), exists(claimOf(tx, lane))))
      .returning({ kind: r.kind });
    const [receiver] = stopped;
    if (!receiver) return;
    const isEndpoint = receiver.kind === "endpoint";
    const of = isEndpoint ? endpoints : channels;
    const [named] = await tx.select({ name: of.name }).from(of).where(eq(of.id, receiverId));
    const name = named?.name ?? "";
    const subject = isEndpoint
      ? `Endpoint “${name}”`
      : receiver.kind === "mail"
        ? "Email"
        : receiver.kind === "push"
          ? "Browser notifications"
          : `Channel “${name}”`;
    await record(tx, { kind: "system", name: "Marketdesk" }, now(), [
      {
        kind: isEndpoint ? kind : channelKind,
        summary: `${subject} ${isEndpoint ? why : channelWhy}`,
        after: name === "" ? null : { name },
      },
    ]);
    await announce(tx, [
      { topic: isEndpoint ? "endpoint" : "notification", subscriptionId: null },
      { topic: "need", subscriptionId: null },
    ]);
  });
}

/** The claimed lane, as long as no other sender has it. */
function claimOf(tx: Executor, { receiverId, lane, claim }: ClaimedLane) {
  return tx
    .select({ lane: outboxLanes.lane })
    .from(outboxLanes)
    .where(and(eq(outboxLanes.receiverId, receiverId), eq(outboxLanes.lane, lane), eq(outboxLanes.claimedBy, claim)));
}
