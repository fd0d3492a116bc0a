/** Refuses a visitor who does not belong to a purchase, and records it with the subscription. */
import { and, desc, eq, gt } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { activity } from "../../database/schema/activity.ts";
import { AppError } from "../../errors.ts";
import { newSupportCode } from "./support-code.ts";

const dayMs = 86_400_000;
/**
 * Each person is recorded once a day, and at most this many per purchase and day, because the audit trail only
 * grows.
 */
const maxStrangers = 20;

export class NotTheirPurchase extends AppError {
  /** For staff to find the refusal; null after too many visitors to this purchase. */
  readonly supportCode: string | null;

  constructor(supportCode: string | null) {
    super("Forbidden", "This purchase belongs to another account than the one you signed in with.");
    this.supportCode = supportCode;
  }
}

/** @throws NotTheirPurchase always */
export async function refuseVisitor(
  ctx: Context,
  visitor: { tenantId: string },
  subscriptionId: string,
): Promise<never> {
  const visitorId = ctx.actor.kind === "purchaser" ? ctx.actor.id : null;
  const earlier = await ctx.db
    .select({ actorId: activity.actorId, after: activity.after })
    .from(activity)
    .where(
      and(
        eq(activity.subscriptionId, subscriptionId),
        eq(activity.kind, "landing.refused"),
        gt(activity.at, new Date(ctx.now().getTime() - dayMs)),
      ),
    )
    .orderBy(desc(activity.id))
    .limit(maxStrangers);
  const same = earlier.find(({ actorId }) => actorId === visitorId)?.after?.["supportCode"];
  if (typeof same === "string") throw new NotTheirPurchase(same);
  if (earlier.length >= maxStrangers) throw new NotTheirPurchase(null);
  const supportCode = newSupportCode();
  await record(ctx.db, ctx.actor, ctx.now(), [
    {
      subscriptionId,
      kind: "landing.refused",
      summary: `Landing page visitor refused: the purchase belongs to other accounts. Support code: ${supportCode}`,
      after: { tenantId: visitor.tenantId, supportCode },
    },
  ]);
  throw new NotTheirPurchase(supportCode);
}
