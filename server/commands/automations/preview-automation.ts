/** The events of the last 90 days on which an automation would have acted, or the subscriptions that match now. Reads only. */
import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import { automationPreviewDays, type AutomationRule } from "../../../shared/automations.ts";
import { utcDayOf } from "../../../shared/day.ts";
import type { AutomationPreviewView } from "../../../shared/views/automations.ts";
import type { Context } from "../../context.ts";
import { causeOf, readNames } from "../../database/queries/automations.ts";
import { matching, resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { activity } from "../../database/schema/activity.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { firstIdAt } from "../../database/statements/keyset.ts";
import { wouldHaveFired } from "../../domain/automations/firing.ts";
import { describeAction, type NameOf, noEffectReason } from "../../domain/automations/words.ts";
import { marksOf } from "../../domain/name-marks.ts";

/** Events or subscriptions that are counted; a preview of more says so. */
const maxCounted = 10_000;
const examplesShown = 50;

const facts = {
  subscriptionId: subscriptions.id,
  name: subscriptions.name,
  offerId: subscriptions.offerId,
  status: subscriptions.status,
  tags: subscriptions.tags,
  ownerId: subscriptions.ownerId,
  planId: subscriptions.planId,
  quantity: subscriptions.quantity,
  isOnHold: sql<boolean>`${subscriptions.holdAt} is not null`,
};

/** Filters and actions are compared with the subscriptions as they are now: what they were is not on record. */
export async function previewAutomation(
  ctx: Pick<Context, "db" | "now" | "actor">,
  { rule }: { rule: AutomationRule },
): Promise<AutomationPreviewView> {
  const now = ctx.now();
  const asked = ctx.actor.kind === "staff" ? resolveOwnerMe(ctx.actor.id, rule.filters) : rule.filters;
  const matches = matching({ ...asked, today: utcDayOf(now) }) ?? sql`true`;
  const nameOf = await readNames(ctx.db);
  const { trigger } = rule;
  if (trigger.kind === "enters") {
    const rows = await ctx.db
      .select(facts)
      .from(subscriptions)
      .where(matches)
      .orderBy(desc(subscriptions.updatedAt), subscriptions.id)
      .limit(maxCounted + 1);
    return {
      days: automationPreviewDays,
      events: null,
      ...counted(rows.length),
      examples: rows.slice(0, examplesShown).map((row) => example(rule, row, null, nameOf)),
    };
  }
  const since = now.getTime() - automationPreviewDays * 86_400_000;
  const events = await ctx.db
    .select({
      id: activity.id,
      at: activity.at,
      subscriptionId: subscriptions.id,
      matches: sql<boolean>`(${matches}) is true`,
    })
    .from(activity)
    .innerJoin(subscriptions, eq(subscriptions.id, activity.subscriptionId))
    .where(
      and(
        inArray(activity.kind, trigger.events),
        sql`${activity.id} >= ${firstIdAt(since)}::uuid`,
        ne(activity.actorKind, "automation"),
      ),
    )
    .orderBy(desc(activity.id))
    .limit(maxCounted + 1);
  const fired = wouldHaveFired(
    events
      .slice(0, maxCounted)
      .filter((event) => event.matches)
      .toReversed(),
  );
  const shown = fired.slice(-examplesShown).map(({ id }) => id);
  const rows = await ctx.db
    .select({ ...facts, at: activity.at, kind: activity.kind })
    .from(activity)
    .innerJoin(subscriptions, eq(subscriptions.id, activity.subscriptionId))
    .where(inArray(activity.id, shown))
    .orderBy(desc(activity.id));
  return {
    days: automationPreviewDays,
    events: Math.min(events.length, maxCounted),
    count: fired.length,
    isCut: events.length > maxCounted,
    examples: rows.map((row) => example(rule, row, { at: row.at, kind: row.kind }, nameOf)),
  };
}

function counted(found: number): { count: number; isCut: boolean } {
  return { count: Math.min(found, maxCounted), isCut: found > maxCounted };
}

type Row = {
  subscriptionId: string;
  name: string;
  offerId: string;
  status: string;
  tags: string[];
  ownerId: string | null;
  planId: string;
  quantity: number | null;
  isOnHold: boolean;
};

function example(
  { actions }: AutomationRule,
  row: Row,
  event: { at: Date; kind: string } | null,
  nameOf: NameOf,
): AutomationPreviewView["examples"][number] {
  return {
    at: event?.at.toISOString() ?? null,
    subscriptionId: row.subscriptionId,
    subscriptionName: row.name || row.subscriptionId,
    cause: event && causeOf(event.kind),
    effects: actions.map((action) => {
      const nothing = noEffectReason(action, row);
      const text = nothing ?? describeAction(action, nameOf);
      return { text: marksOf(row.offerId, text), isNothing: nothing !== null };
    }),
  };
}
