/** What ends with a staff member's access, whether Marketdesk or Microsoft Entra ended it. */
import { and, eq, isNull } from "drizzle-orm";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { announce, record } from "../../database/record/record.ts";
import { snoozes } from "../../database/schema/snoozes.ts";
import { staff } from "../../database/schema/staff.ts";
import { deleteStaffSessions } from "../../database/writes/session-store.ts";
import { withdrawPolicyChangesOf } from "../policies/end-policy-change.ts";
import { withdrawRequestsOf } from "../subscriptions/cancel-requests.ts";

type Person = { id: string; name: string };

/** Withdraws the person's requests and ends their snoozes. */
export async function endPendingRequestsOf(ctx: Context, tx: Executor, person: Person, why: string): Promise<void> {
  await withdrawPolicyChangesOf(tx, ctx, person.id, why);
  await withdrawRequestsOf(ctx, tx, person, why);
  await tx.delete(snoozes).where(eq(snoozes.actorId, person.id));
  await announce(tx, [{ topic: "need", subscriptionId: null }]);
}

/** Microsoft Entra has removed the person's role or disabled the account. Ends all their sessions; recorded once. */
export async function recordLostAccess(
  ctx: Pick<Context, "db" | "now" | "marketplace" | "log">,
  { tenantId, objectId }: { tenantId: string; objectId: string },
): Promise<void> {
  const asSystem: Context = { ...ctx, actor: { kind: "system", name: "Microsoft Entra" } };
  await ctx.db.transaction(async (tx) => {
    await deleteStaffSessions(tx, tenantId, objectId);
    const [person] = await tx
      .update(staff)
      .set({ accessLostAt: ctx.now() })
      .where(and(eq(staff.tenantId, tenantId), eq(staff.objectId, objectId), isNull(staff.accessLostAt)))
      .returning({ name: staff.name });
    if (!person) return;
    await record(tx, asSystem.actor, ctx.now(), [
      { kind: "staff.access_lost", summary: `${person.name} lost access in Microsoft Entra` },
    ]);
    await endPendingRequestsOf(
      asSystem,
      tx,
      { id: `${tenantId}:${objectId}`, name: person.name },
      "lost access in Entra",
    );
  });
}
