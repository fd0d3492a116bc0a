/** The charts of the overview, and the health of the webhook. */
import { z } from "zod";
import { billedUsageFilters, overviewDays, overviewFilters, revenueFilters } from "../../shared/filters.ts";
import type { BilledUsageView } from "../../shared/views/billed-usage.ts";
import type { RevenueView } from "../../shared/views/revenue.ts";
import type { HourOfWebhook, OverviewView, WebhookHealthView } from "../../shared/views/overview.ts";
import { readBilledUsage } from "../database/queries/billed-usage.ts";
import { readRevenue } from "../database/queries/revenue.ts";
import { readOverview, readWebhookHours } from "../database/queries/figures.ts";
import { readWebhookFacts } from "../database/queries/webhook-facts.ts";
import { webhookHealth } from "../domain/webhook-health.ts";
import { router, viewerProcedure } from "./init.ts";
import { shareAnswer } from "./shared-answers.ts";

const hoursOfWeek = 7 * 24;

export const overviewRouter = router({
  get: viewerProcedure
    .input(overviewFilters)
    .query(({ ctx, input: { days = overviewDays[0], offer } }): Promise<OverviewView> =>
      shareAnswer(ctx.db, `overview ${days} ${offer ?? ""}`, () =>
        readOverview(ctx.db, { days: Number(days), offer, now: ctx.now() }),
      ),
    ),

  /** Recurring revenue in one currency. */
  revenue: viewerProcedure.input(revenueFilters).query(({ ctx, input }): Promise<RevenueView> => {
    const { offer, plan, channel, currency } = input;
    const name = `overview.revenue ${JSON.stringify([offer, plan, channel, currency])}`;
    return shareAnswer(ctx.db, name, () => readRevenue(ctx.db, input, ctx.now()));
  }),

  /** Usage that Microsoft has accepted, with amounts in one currency. */
  usage: viewerProcedure.input(billedUsageFilters).query(({ ctx, input }): Promise<BilledUsageView> => {
    const { offer, plan, currency } = input;
    const name = `overview.usage ${JSON.stringify([offer, plan, currency])}`;
    return shareAnswer(ctx.db, name, () => readBilledUsage(ctx.db, input, (ctx.marketplaceNow ?? ctx.now)()));
  }),

  webhook: viewerProcedure
    .input(z.strictObject({}))
    .query(({ ctx }): Promise<HourOfWebhook[]> =>
      shareAnswer(ctx.db, "overview.webhook", () => readWebhookHours(ctx.db, hoursOfWeek, ctx.now())),
    ),

  health: viewerProcedure.query(({ ctx }): Promise<WebhookHealthView> =>
    shareAnswer(ctx.db, "overview.health", async () => {
      const [facts, problem] = await Promise.all([readWebhookFacts(ctx.db, ctx.now()), ctx.readiness?.() ?? null]);
      return webhookHealth({ ...facts, problem }, ctx.now());
    }),
  ),
});
