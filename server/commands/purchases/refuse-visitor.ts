/** Refuses a visitor whom a purchase does not belong to, and puts that on the subscription's record. */
import { and, desc, eq, gt } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { record } from "../../database/record/record.ts";
import { activity } from "../../database/schema/activity.ts";
import { AppError } from "../../errors.ts";
import { newSupportCode } from "./support-code.ts";

const dayMs = 86_400_000;
/** A person is on record once a day, and a purchase has this many strangers a day: the record only grows. */
const maxStrangers = 20;

export class NotTheirPurchase extends AppError {
  /** Staff find the refusal by it; null: too many strangers came to this purchase. */
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
      summary: `Refused on the landing page: Microsoft names other accounts for this purchase. Support code: ${supportCode}`,
      after: { tenantId: visitor.tenantId, supportCode },
    },
  ]);
  throw new NotTheirPurchase(supportCode);
}
