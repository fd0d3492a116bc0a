/** Moves changes that are planned for the end of a term whose end has moved. */
import { type JobContext, marketdesk, batchSize, withoutStoppingOthers, factsOf } from "./planned-run.ts";
import { and, eq, isNotNull, ne, sql } from "drizzle-orm";
import { plannedChanges } from "../../database/schema/planned-changes.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { dayAfterTerm, endComesFirstReason, movedTermEnd } from "../../domain/planned-change.ts";
import { record } from "../../database/record/record.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";
import { announcePlanned, endPlanned } from "./planned-rows.ts";

export async function followTerms(ctx: JobContext): Promise<void> {
  const moved = await ctx.db
    .select({ id: plannedChanges.id, subscriptionId: subscriptions.id })
    .from(plannedChanges)
    .innerJoin(subscriptions, eq(subscriptions.id, plannedChanges.subscriptionId))
    .where(
      and(
        eq(plannedChanges.state, "waiting"),
        isNotNull(plannedChanges.termEndsOn),
        ne(subscriptions.status, "Unsubscribed"),
        sql`${subscriptions.termEndsOn} is distinct from ${plannedChanges.termEndsOn}::timestamp at time zone 'UTC'`,
      ),
    )
    .limit(batchSize);
  for (const { id, subscriptionId } of moved) {
    await withoutStoppingOthers(ctx, id, () =>
      ctx.db.transaction(async (tx) => {
        const subscription = await lockSubscription(tx, subscriptionId);
        const [row] = await tx
          .select()
          .from(plannedChanges)
          .where(and(eq(plannedChanges.id, id), eq(plannedChanges.state, "waiting")))
          .for("update", { skipLocked: true });
        const termEndsOn = row ? movedTermEnd(row, factsOf(subscription)) : null;
        if (!row || termEndsOn === null) return false;
        const dueOn = dayAfterTerm(termEndsOn);
        const impossible = endComesFirstReason(row, dueOn);
        if (impossible !== null) {
          await endPlanned(tx, marketdesk, ctx.now(), row, { state: "failed", problem: impossible });
          return true;
        }
        const same = and(
          eq(plannedChanges.subscriptionId, subscriptionId),
          eq(plannedChanges.state, "waiting"),
          eq(plannedChanges.action, row.action),
          eq(plannedChanges.dueOn, dueOn),
          ne(plannedChanges.id, id),
        );
        if ((await tx.$count(plannedChanges, same)) > 0) {
          const problem =
            "The term now ends on another day, and a change of this kind is already planned for that day.";
          await endPlanned(tx, marketdesk, ctx.now(), row, { state: "superseded", problem });
          return true;
        }
        await tx.update(plannedChanges).set({ termEndsOn, dueOn }).where(eq(plannedChanges.id, id));
        await record(tx, marketdesk, ctx.now(), [
          {
            subscriptionId,
            kind: "planned_change.moved",
            summary: `Planned change follows the new end of the term: ${row.summary}`,
            before: { plannedFor: row.dueOn },
            after: { plannedFor: dueOn },
          },
        ]);
        await announcePlanned(tx, subscriptionId);
        return true;
      }),
    );
  }
}
