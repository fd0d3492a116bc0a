/** Records that Microsoft refuses to resolve purchases, so that staff act, and that it resolves them again. */
import { sql } from "drizzle-orm";
import type { Context } from "../../context.ts";
import { announce } from "../../database/record/record.ts";
import { purchaseRefusals } from "../../database/schema/purchase-refusals.ts";
import { isPublishersTurn } from "../../domain/purchase-refusal.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";

type Ctx = Pick<Context, "db" | "now">;

/** Nothing about the visitor is stored. */
export async function recordResolveFailure(ctx: Ctx, error: unknown): Promise<void> {
  if (!(error instanceof MarketplaceError) || !isPublishersTurn(error)) return;
  const now = ctx.now();
  const { status, code, message } = error;
  await ctx.db
    .insert(purchaseRefusals)
    .values({ since: now, lastAt: now, visits: 1, status, code, message })
    .onConflictDoUpdate({
      target: purchaseRefusals.isOnlyRow,
      set: { lastAt: now, status, code, message, visits: sql`${purchaseRefusals.visits} + 1` },
    });
  await announce(ctx.db, [{ topic: "need", subscriptionId: null }]);
}

/** Also after a rejected token, because Microsoft has examined it. */
export async function recordResolved(ctx: Ctx): Promise<void> {
  const ended = await ctx.db.delete(purchaseRefusals).returning({ since: purchaseRefusals.since });
  if (ended.length > 0) await announce(ctx.db, [{ topic: "need", subscriptionId: null }]);
}

/** A token that Microsoft never issued: its response shows whether our calls are accepted at all. */
const unknownToken = "marketdesk-checks-whether-resolve-is-allowed";

/**
 * While purchasers are turned away, checks whether Microsoft accepts Resolve again, so that staff know before the
 * next purchaser comes.
 */
export async function checkResolve(ctx: Ctx & Pick<Context, "marketplace">, signal?: AbortSignal): Promise<void> {
  const [refusal] = await ctx.db.select({ lastAt: purchaseRefusals.lastAt }).from(purchaseRefusals);
  if (!refusal || ctx.now().getTime() - refusal.lastAt.getTime() < confirmAfterMs) return;
  const error = await ctx.marketplace.resolve(unknownToken, { signal }).then(
    () => null,
    (reason: unknown) => reason,
  );
  const isChecked = error === null || (error instanceof MarketplaceError && error.status === 400 && !error.isForeign);
  if (isChecked) await recordResolved(ctx);
}

const confirmAfterMs = 60_000;
