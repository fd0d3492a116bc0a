/** What commands of channels share: who may change them, and their entries in the audit trail. */
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type ActivityEntry, announce, record } from "../../database/record/record.ts";
import { requireAdmin } from "../require-admin.ts";

export type NotifyContext = Pick<Context, "actor" | "db" | "now">;

export function refuseUnlessAdmin({ actor }: Pick<Context, "actor">): void {
  requireAdmin(actor, "Only an admin can change channels.");
}

export async function recordChannel(
  ctx: NotifyContext,
  tx: Executor,
  entry: Pick<ActivityEntry, "kind" | "summary" | "before" | "after" | "reason">,
): Promise<void> {
  await record(tx, ctx.actor, ctx.now(), [entry]);
  await announce(tx, [
    { topic: "notification", subscriptionId: null },
    { topic: "need", subscriptionId: null },
  ]);
}
