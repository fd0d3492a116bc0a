/** Turns automations on and off, puts them in order, and deletes them. */
import { and, asc, desc, eq, gt, isNull, lt } from "drizzle-orm";
import type { z } from "zod";
import {
  comparedTooEarly,
  isComparedTooEarly,
  maxMatches,
  type moveAutomationInput,
} from "../../../shared/automations.ts";
import type { ActivityKind } from "../../../shared/activity-kinds.ts";
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { type AutomationRecord, listActiveAutomations } from "../../database/queries/automations.ts";
import { announce, record } from "../../database/record/record.ts";
import { automations } from "../../database/schema/automations.ts";
import { forgetMatches, rememberMatches, skipToLatestEvent } from "../../database/writes/automations.ts";
import { AppError } from "../../errors.ts";
import { findCurrent, lockAutomations } from "./automation-rows.ts";

/**
 * It acts from now on. Neither past events nor subscriptions that match its filters now start it.
 * @throws AppError `NotFound`, `NotAllowedNow` if it is on, too many subscriptions match, or an event would start it before
 * its filters can be compared
 */
export async function turnOnAutomation(ctx: Context, { id }: { id: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const current = await findCurrent(tx, id);
    if (current.onSince !== null) throw new AppError("NotAllowedNow", "This automation is already on.");
    if (isComparedTooEarly(current)) throw new AppError("NotAllowedNow", comparedTooEarly);
    await skipEarlierEvents(tx);
    await beginMatching(ctx, tx, current);
    await tx.update(automations).set({ onSince: ctx.now() }).where(eq(automations.id, id));
    await note(ctx, tx, "automation.turned_on", `Automation turned on: ${current.name}, version ${current.version}`);
  });
}

/** @throws AppError `NotFound`, `NotAllowedNow` if it is off */
export async function turnOffAutomation(ctx: Context, { id }: { id: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const current = await findCurrent(tx, id);
    if (current.onSince === null) throw new AppError("NotAllowedNow", "This automation is already off.");
    await tx.update(automations).set({ onSince: null }).where(eq(automations.id, id));
    await forgetMatches(tx, id);
    await note(ctx, tx, "automation.turned_off", `Automation turned off: ${current.name}, version ${current.version}`);
  });
}

/** Its firings and what it changed stay. @throws AppError `NotFound` */
export async function removeAutomation(ctx: Context, { id, reason }: { id: string; reason: string }): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const { name } = await findCurrent(tx, id);
    await tx.update(automations).set({ onSince: null, removedAt: ctx.now() }).where(eq(automations.id, id));
    await forgetMatches(tx, id);
    await note(ctx, tx, "automation.removed", `Automation deleted: ${name}`, reason);
  });
}

/** Moves it one place up or down in the order in which automations act. @throws AppError `NotFound` */
export async function moveAutomation(ctx: Context, input: z.infer<typeof moveAutomationInput>): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const current = await findCurrent(tx, input.id);
    const isEarlier = input.direction === "earlier";
    const { place } = automations;
    const [other] = await tx
      .select()
      .from(automations)
      .where(and(isNull(automations.removedAt), isEarlier ? lt(place, current.place) : gt(place, current.place)))
      .orderBy(isEarlier ? desc(place) : asc(place))
      .limit(1);
    if (!other) return;
    await tx.update(automations).set({ place: other.place }).where(eq(automations.id, current.id));
    await tx.update(automations).set({ place: current.place }).where(eq(automations.id, other.id));
    const summary = `Automation “${current.name}” now acts ${isEarlier ? "before" : "after"} “${other.name}”`;
    await note(ctx, tx, "automation.moved", summary);
  });
}

/** Called before the first automation that events start is on: until then, nothing moves the position in the feed. */
export async function skipEarlierEvents(tx: Executor): Promise<void> {
  const isFirst = !(await listActiveAutomations(tx)).some(({ trigger }) => trigger.kind === "event");
  if (isFirst) await skipToLatestEvent(tx);
}

/**
 * Remembers who matches now, for an automation that starts when a subscription begins to match.
 * @throws AppError `NotAllowedNow` for too many
 */
export async function beginMatching(
  ctx: Context,
  tx: Executor,
  { id, trigger, filters }: Pick<AutomationRecord, "id" | "trigger" | "filters">,
): Promise<void> {
  if (trigger.kind !== "enters") return forgetMatches(tx, id);
  const count = await rememberMatches(tx, id, filters, { now: ctx.now(), max: maxMatches });
  if (count <= maxMatches) return;
  throw new AppError(
    "NotAllowedNow",
    `More than ${maxMatches.toLocaleString("en-US")} subscriptions match these filters, the maximum for this kind of automation. Add a filter.`,
  );
}

async function note(ctx: Context, tx: Executor, kind: ActivityKind, summary: string, reason: string | null = null) {
  await record(tx, ctx.actor, ctx.now(), [{ kind, summary, reason }]);
  await announce(tx, [{ topic: "setting", subscriptionId: null }]);
}
