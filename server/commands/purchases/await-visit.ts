/** Visits that wait for Microsoft: kept with the visitor's address, tried again each minute, and continued by email. */
import { createHash } from "node:crypto";
import { eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Language } from "../../../shared/languages.ts";
import { mailReceiverId, visitMailType } from "../../../shared/notifications.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { awaitedVisits as v } from "../../database/schema/awaited-visits.ts";
import { newId } from "../../database/statements/new-id.ts";
import { failureOf } from "../../domain/landing-failure.ts";
import { MarketplaceError } from "../../marketplace/errors.ts";
import { addressHashOf, sealVisit, unsealVisit } from "../../outbox/kept-visits.ts";
import { refreshSubscription } from "../subscriptions/refresh-subscription.ts";

type VisitContext = Pick<Context, "db" | "now"> & { secret: string };

/** Microsoft resolves a purchase token for a day. */
const tokenHours = 24;
/** An email can be this late; then the address is deleted. */
const retentionHours = 48;
/** Tried in one round, so that a flood of visits does not use up Microsoft's rate. */
const visitsPerRound = 20;
/** The maximum of waiting visits: people read this page, so more would be a flood. */
const maxVisits = 5_000;

/** Longer than a page can wait: where Microsoft takes so long each time, the visitor would never reach the purchase. */
const resolveMs = 30_000;

const fingerprintOf = (purchaseToken: string) => createHash("sha256").update(purchaseToken).digest("base64url");

/** Keeps the visit with the address; of several accounts with one link, the last that asked gets the email. */
export async function awaitVisit(
  ctx: VisitContext,
  { purchaseToken, email, language }: { purchaseToken: string; email: string; language: Language },
): Promise<void> {
  const now = ctx.now();
  if ((await ctx.db.$count(v)) >= maxVisits) return;
  const addressHash = addressHashOf(ctx.secret, email);
  const visit = await sealVisit(ctx.secret, { purchaseToken, email }, now);
  await ctx.db
    .insert(v)
    .values({ id: newId(now), visit, fingerprint: fingerprintOf(purchaseToken), addressHash, language, createdAt: now })
    .onConflictDoUpdate({
      target: v.fingerprint,
      set: { visit, addressHash, language },
      setWhere: isNull(v.subscriptionId),
    });
}

/** Whether the email goes to this address: another account may have asked with the same link. */
export async function isVisitAwaited(
  { db, secret, now }: VisitContext,
  { purchaseToken, email }: { purchaseToken: string; email: string },
): Promise<boolean> {
  const [kept] = await db
    .select({ visit: v.visit })
    .from(v)
    .where(eq(v.fingerprint, fingerprintOf(purchaseToken)));
  return kept !== undefined && (await unsealVisit(secret, kept.visit, now()))?.email === email;
}

/** The visitor has reached the purchase: an email that is not sent yet is not needed. */
export async function forgetVisit(
  { db }: Pick<VisitContext, "db">,
  { purchaseToken, subscriptionId }: { purchaseToken: string; subscriptionId: string },
): Promise<void> {
  await db.delete(v).where(or(eq(v.fingerprint, fingerprintOf(purchaseToken)), eq(v.subscriptionId, subscriptionId)));
}

/** Resolves what waits. The email that follows is created with the result, so it is sent once. */
export async function continueAwaitedVisits(ctx: Context & { secret: string }, signal?: AbortSignal): Promise<void> {
  const now = ctx.now();
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  await ctx.db.delete(v).where(lt(v.createdAt, hoursAgo(retentionHours)));
  const waiting = await ctx.db
    .select({ id: v.id, visit: v.visit })
    .from(v)
    .where(sql`${v.subscriptionId} is null and ${v.createdAt} > ${hoursAgo(tokenHours).toISOString()}::timestamptz`)
    // One that fails each time, and ends its rounds, must not hold back those behind it.
    .orderBy(sql`random()`)
    .limit(visitsPerRound);
  for (const { id, visit } of waiting) {
    if (signal?.aborted) return;
    const { purchaseToken } = (await unsealVisit(ctx.secret, visit, now)) ?? {};
    try {
      // Not readable after a change of SESSION_SECRET. Only the visitor can replace it; it is deleted with its time.
      if (purchaseToken !== undefined) await resolveVisit(ctx, id, purchaseToken);
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      if (failureOf(error) === "link") await ctx.db.delete(v).where(eq(v.id, id));
      // Microsoft is probably still unreachable or refuses our calls, so the other visits would fail too.
      else return;
    }
  }
}

async function resolveVisit(ctx: Context, id: string, purchaseToken: string): Promise<void> {
  const { subscriptionId } = await ctx.marketplace.resolve(purchaseToken, { deadlineMs: resolveMs });
  await refreshSubscription(ctx, { subscriptionId, firstSeenBy: "landing" });
  await ctx.db.transaction(async (tx) => {
    const updated = await tx
      .update(v)
      .set({ subscriptionId })
      .where(sql`${v.id} = ${id} and ${v.subscriptionId} is null`)
      .returning({ id: v.id });
    if (updated.length > 0) await createMail(tx, id);
  });
}

async function createMail(tx: Executor, id: string): Promise<void> {
  await tx.execute(sql`
    with message as (
      insert into outbox_messages (receiver_id, lane, message_id, about, type, state, created_at)
      select r.id, ${id}, ${id}::uuid, ${`visit ${id}`}, ${visitMailType}, 'waiting', now()
      from outbox_receivers r where r.id = ${mailReceiverId} and r.state in ('active', 'paused')
      on conflict (receiver_id, about) do nothing
      returning receiver_id, lane)
    insert into outbox_lanes (receiver_id, lane, due_at) select receiver_id, lane, now() from message
    on conflict (receiver_id, lane) do update set version = outbox_lanes.version + 1`);
}
