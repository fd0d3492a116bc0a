/** Pauses or disables a receiver because of how its deliveries go. It becomes a need; a successful test resumes it. */
import { and, eq } from "drizzle-orm";
import { maxRetryDays } from "../../shared/outbox.ts";
import type { Database } from "../database/connection/database.ts";
import { announce, record } from "../database/record/record.ts";
import { endpoints } from "../database/schema/endpoints.ts";
import { outboxReceivers as r } from "../database/schema/outbox.ts";

const stops = {
  gone: { state: "disabled", kind: "endpoint.disabled", why: "disabled: it answered 410 Gone" },
  failing: {
    state: "paused",
    kind: "endpoint.paused",
    why: `paused: nothing was delivered for ${maxRetryDays} days`,
  },
} as const;

/** Recorded once, by the first instance that notices it. */
export async function stopReceiver(
  { db, now }: { db: Database; now: () => Date },
  { receiverId, reason }: { receiverId: string; reason: keyof typeof stops },
): Promise<void> {
  const { state, kind, why } = stops[reason];
  await db.transaction(async (tx) => {
    const stopped = await tx
      .update(r)
      .set({ state, stateReason: reason, stateSince: now() })
      .where(and(eq(r.id, receiverId), eq(r.state, "active")))
      .returning({ id: r.id });
    if (stopped.length === 0) return;
    const [endpoint] = await tx.select({ name: endpoints.name }).from(endpoints).where(eq(endpoints.id, receiverId));
    const name = endpoint?.name ?? "";
    await record(tx, { kind: "system", name: "Marketdesk" }, now(), [
      { kind, summary: `Endpoint “${name}” ${why}`, after: { name } },
    ]);
    await announce(tx, [
      { topic: "endpoint", subscriptionId: null },
      { topic: "need", subscriptionId: null },
    ]);
  });
}
