/** Asks Microsoft for the names and prices of plans that are new to us, so that people see names instead of ids. */
import { sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { createBatcher } from "../../database/statements/batch.ts";
import { oncePerDatabase } from "../../database/statements/once-per-database.ts";
import type { Database, Executor } from "../../database/connection/database.ts";
import { announce } from "../../database/record/record.ts";
import { enqueueLearnPlans } from "../../database/writes/enqueue.ts";
import { listPlans } from "./available-plans.ts";

type SeenPlan = { id: string; offerId: string; planId: string; status: string; termUnit: string | null };

/**
 * Creates a job for each offer with an unknown plan, in the caller's transaction. Ended subscriptions have no list
 * of plans.
 */
export async function requestUnknownPlans(tx: Executor, seen: SeenPlan[]): Promise<void> {
  const pairs = new Map(
    seen
      .filter(({ status, offerId, planId }) => status !== "Unsubscribed" && offerId !== "" && planId !== "")
      .map((one) => [JSON.stringify([one.offerId, one.planId]), one]),
  );
  if (pairs.size === 0) return;
  const asked = [...pairs.values()].map(({ id, offerId, planId, termUnit }) => ({
    id,
    offer_id: offerId,
    plan_id: planId,
    term_unit: termUnit,
  }));
  const unknown = await tx.execute<{ id: string; offer_id: string; plan_id: string; term_unit: string | null }>(sql`
    select seen.* from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as seen(id text, offer_id text, plan_id text, term_unit text)
    where not exists (select from plans p where p.offer_id = seen.offer_id and p.plan_id = seen.plan_id)`);
  for (const { id, offer_id: offerId, plan_id: planId, term_unit: termUnit } of unknown.rows) {
    await enqueueLearnPlans(tx, { subscriptionId: id, offerId, planId, termUnit });
  }
}

const seenPlansOf = oncePerDatabase((db) =>
  createBatcher<SeenPlan, void>({
    async run(seen) {
      await requestUnknownPlans(db, seen);
      return [];
    },
    batchSize: 128,
    concurrency: 1,
  }),
);

/** The same for one subscription outside of a transaction; simultaneous callers share a statement. */
export function requestUnknownPlan(db: Database, seen: SeenPlan): Promise<void> {
  return seenPlansOf(db)(seen);
}

/**
 * The job's work. A plan that has become known through another subscription costs no call.
 * @throws AppError `Upstream`
 */
export async function learnPlans(
  ctx: Context,
  subscription: { subscriptionId: string; offerId: string; planId: string; termUnit: string | null },
): Promise<void> {
  const { offerId, planId } = subscription;
  const known = await ctx.db.execute(sql`select 1 from plans where offer_id = ${offerId} and plan_id = ${planId}`);
  if (known.rows.length > 0) return;
  // By the payload, because the subscription may be stored only after this job has started.
  await listPlans(ctx, subscription);
  await announce(ctx.db, [{ topic: "subscription", subscriptionId: null }]);
}
