/** Reads customers' changes about which a change rule asks staff. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { answerByRuleMs } from "../../../shared/lifecycle.ts";
import { activeVersion } from "../../../shared/scope.ts";
import type { ChangeToAnswerView } from "../../../shared/views/changes-to-answer.ts";
import { decide } from "../../domain/decision.ts";
import { planMark } from "../../domain/name-marks.ts";
import { isEnded } from "../../domain/operation.ts";
import type { Database } from "../connection/database.ts";
import { operations as o } from "../schema/operations.ts";
import { subscriptionPrices } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { customerName } from "../statements/customer-name.ts";
import { rulesFor } from "./change-rules.ts";
import { isOwnPrice, storedPrice } from "./prices.ts";

/** More than anyone can answer in ten seconds. */
const maxAsked = 50;

const isChange = sql`${o.action} in ('ChangePlan', 'ChangeQuantity')`;

type StoredPrice = {
  words: string;
  money: { amount: string; currency: string; isPerSeat: boolean } | null;
  termUnit: string | null;
};
export type ChangeToAnswer = Omit<ChangeToAnswerView, "price"> & { price: StoredPrice | null };

/** The changes that no one has decided yet, the earliest deadline first, with what the rule decides otherwise. */
export async function listChangesToAnswer(db: Database, now: Date): Promise<ChangeToAnswer[]> {
  const earliest = new Date(now.getTime() + answerByRuleMs).toISOString();
  const rows = await db
    .select({
      operation: o,
      subscription: { name: s.name, offerId: s.offerId, planId: s.planId, quantity: s.quantity },
      customer: customerName,
      price: storedPrice,
    })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriptionId))
    .leftJoin(subscriptionPrices, isOwnPrice)
    .where(
      and(
        sql`${o.answerDueAt} > ${earliest}::timestamptz and ${o.stage} = 'verified' and ${o.source} = 'Azure'`,
        isChange,
        isNull(o.decision),
      ),
    )
    .orderBy(asc(o.answerDueAt), asc(o.id))
    .limit(maxAsked);
  const asked = await Promise.all(
    rows.map(async ({ operation, subscription, customer, price }): Promise<ChangeToAnswer | null> => {
      const { offerId, planId, quantity } = subscription;
      const rule = activeVersion(await rulesFor(db, offerId), { offerId, planId });
      const decided = decide(operation, { planId, quantity }, rule);
      if (!decided.asksStaff || isEnded(operation.status) || operation.answerDueAt === null) return null;
      const isPlan = operation.action === "ChangePlan";
      return {
        operationId: operation.id,
        subscriptionId: operation.subscriptionId,
        subscriptionName: subscription.name || operation.subscriptionId,
        customer,
        action: isPlan ? "ChangePlan" : "ChangeQuantity",
        from: { planName: planMark(planId, offerId), quantity },
        to: {
          planName: planMark((isPlan ? operation.planId : null) ?? planId, offerId),
          quantity: isPlan ? quantity : operation.quantity,
        },
        price: price && priceOf(price),
        ruleDecidesAt: new Date(operation.answerDueAt.getTime() - answerByRuleMs).toISOString(),
        ruleDecides: decided.decision,
      };
    }),
  );
  return asked.filter((change) => change !== null);
}

type PriceColumns = Omit<StoredPrice, "words" | "money"> & {
  words: string | null;
  amount: string | null;
  currency: string | null;
  isPerSeat: boolean | null;
  isFresh: boolean | null;
};

function priceOf({ words, amount, currency, isPerSeat, termUnit, isFresh }: PriceColumns): StoredPrice | null {
  // There are ten seconds to answer, so an amount that may be outdated misleads more than none.
  if (words === null || !isFresh) return null;
  const money = amount && currency ? { amount, currency, isPerSeat: isPerSeat ?? false } : null;
  return { words, money, termUnit };
}

/** The plan that a customer requests in an undecided operation; null if the operation requests none. */
export async function findRequestedPlan(
  db: Database,
  operationId: string,
): Promise<{ subscriptionId: string; planId: string; termUnit: string | null } | null> {
  const [row] = await db
    .select({ subscriptionId: s.id, planId: o.planId, termUnit: s.termUnit })
    .from(o)
    .innerJoin(s, eq(s.id, o.subscriptionId))
    .where(and(eq(o.id, operationId), eq(o.stage, "verified"), eq(o.action, "ChangePlan"), isNull(o.decision)));
  return row?.planId ? { ...row, planId: row.planId } : null;
}
