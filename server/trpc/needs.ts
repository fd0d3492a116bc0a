/** What waits for someone. */
import { needFilters } from "../../shared/filters.ts";
import { snoozeInput, unsnoozeInput } from "../../shared/inputs.ts";
import type { NeedCountsView, NeedsView, NeedView } from "../../shared/views/needs.ts";
import { snoozeNeed, unsnoozeNeed } from "../commands/snooze-need.ts";
import type { Database } from "../database/connection.ts";
import { countNeeds, countSnoozed, listNeeds, type Need } from "../database/need-queries.ts";
import { latestSnooze, needInWords, needRules, pressure } from "../domain/need.ts";
import { operatorProcedure, router, viewerProcedure } from "./init.ts";
import { shareAnswer } from "./shared-answers.ts";

export const needsRouter = router({
  list: viewerProcedure
    .input(needFilters)
    .query(({ ctx, input: { snoozed = false } }): Promise<NeedsView> =>
      shareAnswer(ctx.db, `needs.list ${snoozed}`, () => readNeeds(ctx.db, ctx.now(), snoozed)),
    ),

  counts: viewerProcedure.query(({ ctx }): Promise<NeedCountsView> =>
    shareAnswer(ctx.db, "needs.counts", () => countNeeds(ctx.db, ctx.now())),
  ),

  snooze: operatorProcedure.input(snoozeInput).mutation(async ({ ctx, input }) => {
    await snoozeNeed(ctx.command, input);
    return { ok: true as const };
  }),

  unsnooze: operatorProcedure.input(unsnoozeInput).mutation(async ({ ctx, input }) => {
    await unsnoozeNeed(ctx.command, input);
    return { ok: true as const };
  }),
});

async function readNeeds(db: Database, now: Date, snoozed: boolean): Promise<NeedsView> {
  const [{ needs, isCut }, count] = await Promise.all([
    listNeeds(db, now, snoozed ? "snoozed" : "waiting"),
    countSnoozed(db, now),
  ]);
  const ordered = needs.toSorted((one, other) => pressure(one, now) - pressure(other, now));
  return { needs: ordered.map((need) => needView(need, now)), isCut, snoozed: count };
}

/** Deadlines that hang on when a suspension began or a term ends by Microsoft's clock are the latest possible ones. */
function isLatest({ kind, isFirstSeenSo }: Need): boolean {
  return kind === "suspension" ? isFirstSeenSo : kind === "term_end" || kind === "trial_end";
}

function needView(need: Need, now: Date): NeedView {
  const { kind, id, subscriptionId, operationId, dueAt, snooze } = need;
  const { windowMs, next, mayBeSnoozed } = needRules[kind];
  return {
    kind,
    id,
    subscriptionId,
    subscriptionName: need.subscriptionName ?? subscriptionId,
    ownerName: need.ownerName,
    operationId,
    ...needInWords(need),
    deadline: dueAt?.toISOString() ?? null,
    isLatest: isLatest(need),
    windowMs,
    next,
    snoozableUntil: mayBeSnoozed ? latestSnooze(dueAt, now).toISOString() : null,
    snooze: snooze && { ...snooze, until: snooze.until.toISOString(), at: snooze.at.toISOString() },
  };
}
