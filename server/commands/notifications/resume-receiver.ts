/** Resumes a receiver after a test has arrived. */
import { and, eq, ne, sql } from "drizzle-orm";
import type { Executor } from "../../database/connection/database.ts";
import { outboxLanes, outboxMessages, outboxReceivers as r } from "../../database/schema/outbox.ts";
import type { NotifyContext } from "./channel-parts.ts";

/** Makes waiting messages due; the days for which each is retried start again. */
export async function resumeReceiver(ctx: NotifyContext, tx: Executor, id: string): Promise<void> {
  const resumed = await tx
    .update(r)
    .set({
      state: "active",
      stateReason: null,
      stateSince: ctx.now(),
      failingSince: null,
      failingLanes: 0,
      waitsUntil: null,
    })
    .where(and(eq(r.id, id), ne(r.state, "removed")))
    .returning({ id: r.id });
  if (resumed.length === 0) return;
  await tx
    .update(outboxMessages)
    .set({ attempts: 0, firstAttemptAt: null })
    .where(and(eq(outboxMessages.receiverId, id), eq(outboxMessages.state, "waiting")));
  await tx
    .update(outboxLanes)
    .set({ dueAt: sql`least(${outboxLanes.dueAt}, now())` })
    .where(eq(outboxLanes.receiverId, id));
}
