/** What needs attention. */
import { z } from "zod";
import type { Day } from "../../shared/day.ts";
import { isolatedIn } from "../../shared/foreign-text.ts";
import { needFilters } from "../../shared/filters.ts";
import { instantInput } from "../../shared/moments.ts";
import { needInput, snoozeInput } from "../../shared/inputs/needs.ts";
import { setPurchaseGraceInput } from "../../shared/inputs/policies.ts";
import type { DoneView, NeedCountsView, NeedMailView, NeedsView, NeedView } from "../../shared/views/needs.ts";
import { snoozeNeed, unsnoozeNeed } from "../commands/needs/snooze-need.ts";
import { setPurchaseGrace } from "../commands/settings/set-purchase-grace.ts";
import type { Database } from "../database/connection/database.ts";
import { readPurchaseGrace } from "../database/queries/purchase-grace.ts";
import { listDone } from "../needs/done.ts";
import { needKind } from "../needs/kinds.ts";
import { compareNeeds, latestSnooze, lossAt } from "../needs/order.ts";
import { possibleActions } from "../needs/possible-actions.ts";
import { countNeeds, countSnoozed, findNeed, listNeeds, type Need } from "../needs/read-needs.ts";
import { adminProcedure, operatorProcedure, router, viewerProcedure } from "./init.ts";
import { todayOf } from "./trpc-context.ts";
import { shareAnswer } from "./shared-answers.ts";

export const needsRouter = router({
  list: viewerProcedure.input(needFilters).query(({ ctx, input: { snoozed = false, mine = false } }) => {
    const scope = mine ? { owner: ctx.staff.id } : undefined;
    const today = todayOf(ctx);
    return shareAnswer(ctx.needsDb, `needs.list ${snoozed} ${scope?.owner} ${today}`, () =>
      readNeeds(ctx.needsDb, ctx.now(), { which: snoozed ? "snoozed" : "waiting", scope }, today),
    );
  }),

  counts: viewerProcedure.query(({ ctx }): Promise<NeedCountsView> =>
    shareAnswer(ctx.needsDb, `needs.counts ${todayOf(ctx)}`, () => countNeeds(ctx.needsDb, ctx.now(), todayOf(ctx))),
  ),

  /** The draft of an email about a need; null if it has none, or is resolved. */
  mail: operatorProcedure.input(needInput).query(async ({ ctx, input }): Promise<NeedMailView | null> => {
    const need = await findNeed(ctx.db, ctx.now(), input.kind, input.id);
    return need && mailOf(need);
  }),

  /** What staff have done since an instant, such as midnight in the reader's zone. */
  done: viewerProcedure
    .input(z.strictObject({ since: instantInput() }))
    .query(({ ctx, input: { since } }): Promise<DoneView> =>
      shareAnswer(ctx.db, `needs.done ${since}`, () => listDone(ctx.db, new Date(since))),
    ),

  purchaseGrace: viewerProcedure.query(({ ctx }) => readPurchaseGrace(ctx.db)),

  setPurchaseGrace: adminProcedure.input(setPurchaseGraceInput).mutation(async ({ ctx, input }) => {
    await setPurchaseGrace(ctx.command, input);
    return { ok: true as const };
  }),

  snooze: operatorProcedure.input(snoozeInput).mutation(async ({ ctx, input }) => {
    await snoozeNeed(ctx.command, input);
    return { ok: true as const };
  }),

  unsnooze: operatorProcedure.input(needInput).mutation(async ({ ctx, input }) => {
    await unsnoozeNeed(ctx.command, input);
    return { ok: true as const };
  }),
});

export async function readNeeds(
  db: Database,
  now: Date,
  wanted: Parameters<typeof listNeeds>[2],
  today: Day,
): Promise<NeedsView> {
  const [{ needs, isCut }, count] = await Promise.all([
    listNeeds(db, now, wanted, today),
    // The page of a customer does not show how many are snoozed.
    wanted.scope && "subscriptions" in wanted.scope ? 0 : countSnoozed(db, now, today, wanted.scope?.owner),
  ]);
  const ordered = needs
    .map((need) => ({ need, money: need.money, lossAt: lossAt(needKind(need.kind), need.dueAt, now) }))
    .toSorted((one, other) => compareNeeds(one, other, now));
  return { needs: ordered.map(({ need }) => needView(need, now)), isCut, snoozed: count };
}

// Names and quoted texts in sentences come from others, so they are isolated.

function mailOf(need: Need): NeedMailView | null {
  const mail = needKind(need.kind).mail?.(need);
  if (mail === undefined || need.email === null) return null;
  return { subject: isolatedIn(mail.subject), body: isolatedIn(mail.body), to: need.email };
}

/** A need as pages show it. */
export function needView(need: Need, now: Date): NeedView {
  const { id, subscriptionId, operationId, dueAt, owner, snooze } = need;
  const kind = needKind(need.kind);
  const { what, rule } = kind.words(need);
  return {
    kind: need.kind,
    id,
    group: kind.group,
    icon: kind.icon,
    tone: kind.tone,
    subject: need.subscriptionName ?? subscriptionId ?? kind.group,
    subscriptionId,
    operationId,
    offerId: need.offerId,
    cause: need.operation?.lastError ?? null,
    place: kind.place ?? null,
    list: kind.listOf?.(need) ?? null,
    note: kind.noteOf?.(need) ?? null,
    owner,
    money: need.money,
    what: isolatedIn(what),
    rule: isolatedIn(rule),
    since: need.since?.toISOString() ?? null,
    deadline: dueAt?.toISOString() ?? null,
    isLatest: kind.isLatest?.(need) ?? false,
    windowMs: kind.windowMs,
    actions: possibleActions(kind.actions, need.email),
    snoozableUntil: latestSnooze(kind, dueAt, now)?.toISOString() ?? null,
    snooze: snooze && { ...snooze, until: snooze.until.toISOString(), at: snooze.at.toISOString() },
  };
}
