/** What an automation does to one subscription: its actions in order, through the commands that staff's changes go through. */
import { sql } from "drizzle-orm";
import { type AutomationAction, hasMoneyFilter, withoutMoneyFilters } from "../../../shared/automations.ts";
import { addDays, utcDayOf } from "../../../shared/day.ts";
import type { ActionResult } from "../../../shared/views/automations.ts";
import type { Context } from "../../context.ts";
import type { Database, Executor } from "../../database/connection/database.ts";
import { type AutomationRecord, listActiveAutomations, ruleOf } from "../../database/queries/automations.ts";
import { announce, record } from "../../database/record/record.ts";
import { automationFirings, proposedChanges } from "../../database/schema/automations.ts";
import { hasTakenTooLong, isTransient } from "../../database/statements/database-errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { isMatching, isMoneyCounted, notifyOf, rememberMatch } from "../../database/writes/automations.ts";
import type { Actor } from "../../domain/actor.ts";
import { limitReason } from "../../domain/automations/firing.ts";
import { describeProposal, noEffectReason } from "../../domain/automations/words.ts";
import { describePlanned } from "../../domain/planned-change.ts";
import { AppError } from "../../errors.ts";
import { assignOwner } from "../subscriptions/assign-owner.ts";
import { changeTags } from "../subscriptions/change-tags.ts";
import { suspendSubscription } from "../subscriptions/hold-subscription.ts";
import { lockSubscription } from "../subscriptions/request-change.ts";
import { setFollowUp } from "../subscriptions/set-follow-up.ts";

export type JobContext = Omit<Context, "actor">;

type Acting = Extract<Actor, { kind: "automation" }>;
/** A context whose transactions are parts of the caller's. */
type Inside = Context & { actor: Acting };

/** What started it; the cause is in words. */
type Start = { subscriptionId: string; eventId: string | null; cause: string; isLastTry: boolean };

/** Whether the caller has to repeat its whole transaction. */
const canPass = (error: unknown, { isLastTry }: Start) => isTransient(error) || (hasTakenTooLong(error) && !isLastTry);

/**
 * Acts if the filters match. An error undoes all that this automation did and is stored as its firing, so that it stops
 * neither other automations nor later events.
 * @throws an error that can pass, such as a deadlock or, except for the last attempt, a statement that took too long: the
 * caller's transaction is then tried again
 */
export async function actIfMatching(
  ctx: JobContext,
  tx: Executor,
  automation: AutomationRecord,
  start: Start,
): Promise<void> {
  try {
    await tx.transaction(async (inner) => {
      const match = await compare(ctx, inner, automation, start);
      if (match === "matches") await act(ctx, inner, automation, start);
      else if (match === "uncounted") await storeFailure(ctx, inner, automation, start, uncounted);
    });
  } catch (error) {
    if (canPass(error, start)) throw error;
    ctx.log.error({ err: error, automation: automation.id }, "an automation could not act");
    await storeFailure(ctx, tx, automation, start, failedAsAWhole);
  }
}

const failedAsAWhole = "An error in Marketdesk prevented all actions, and nothing was changed. The log has details.";
const uncounted =
  "Its filters on money could not be checked, because the subscription’s revenue was not up to date yet. Edit the automation so that it starts when a subscription begins to match the filters.";

/** `uncounted`: an event started the automation before the revenue that its filters use was counted again. */
async function compare(
  ctx: JobContext,
  tx: Executor,
  { filters }: AutomationRecord,
  { subscriptionId, eventId }: Start,
): Promise<"matches" | "other" | "uncounted"> {
  const now = ctx.now();
  if (eventId !== null && hasMoneyFilter(filters) && !(await isMoneyCounted(tx, subscriptionId)))
    return (await isMatching(tx, subscriptionId, withoutMoneyFilters(filters), now)) ? "uncounted" : "other";
  return (await isMatching(tx, subscriptionId, filters, now)) ? "matches" : "other";
}

async function storeFailure(
  ctx: JobContext,
  tx: Executor,
  automation: AutomationRecord,
  start: Start,
  text: string,
): Promise<void> {
  const now = ctx.now();
  const { id, name, version, actions } = automation;
  const { subscriptionId, eventId } = start;
  if (limitReason(await countToday(tx, id, subscriptionId, now)) !== null) return;
  const results: ActionResult[] = actions.slice(0, 1).map(({ kind }) => ({ kind, outcome: "failed", text }));
  const firing = { id: newId(now), automationId: id, version, subscriptionId, eventId, at: now };
  const stored = await tx
    .insert(automationFirings)
    .values({ ...firing, state: "failed", results })
    .onConflictDoNothing()
    .returning({ id: automationFirings.id });
  // The event has already started it.
  if (stored.length === 0) return;
  await recordFailure(tx, { kind: "automation", id, name, version }, now, subscriptionId, [text]);
  await announce(tx, [
    { topic: "subscription", subscriptionId },
    { topic: "setting", subscriptionId: null },
  ]);
}

/**
 * Acts on a subscription that the caller's transaction has locked, unless it has acted too often today. Each action is
 * done or refused alone. Subscriptions that begin to match filters because of these actions start no automation.
 */
async function act(ctx: JobContext, tx: Executor, automation: AutomationRecord, start: Start): Promise<void> {
  const now = ctx.now();
  const { subscriptionId, eventId } = start;
  const actor: Acting = { kind: "automation", id: automation.id, name: automation.name, version: automation.version };
  const { id, version } = automation;
  const firing = { id: newId(now), automationId: id, version, subscriptionId, eventId, at: now };
  const today = await countToday(tx, id, subscriptionId, now);
  const limited = limitReason(today);
  if (limited !== null) {
    if (today.limited > 0) return;
    const results: ActionResult[] = automation.actions.map(({ kind }) => ({ kind, outcome: "failed", text: limited }));
    await tx.insert(automationFirings).values({ ...firing, state: "limited", results: results.slice(0, 1) });
    await recordFailure(tx, actor, now, subscriptionId, [limited]);
    return;
  }
  const watching = (await listActiveAutomations(tx)).filter(({ trigger }) => trigger.kind === "enters");
  const before = await matchingOf(tx, watching, start, now);
  const inside: Inside = { ...ctx, actor, db: tx as unknown as Database };
  const results: ActionResult[] = [];
  for (const action of automation.actions) results.push(await attempt(inside, action, start));
  for (const watched of await matchingOf(tx, watching, start, now)) {
    if (!before.includes(watched)) await rememberMatch(tx, watched, subscriptionId);
  }
  const problems = results.filter(({ outcome }) => outcome === "failed").map(({ text }) => text);
  const state = problems.length > 0 ? "failed" : "done";
  await tx.insert(automationFirings).values({ ...firing, state, results });
  if (problems.length > 0) await recordFailure(tx, actor, now, subscriptionId, problems);
  await announce(tx, [
    { topic: "subscription", subscriptionId },
    { topic: "setting", subscriptionId: null },
  ]);
}

async function countToday(tx: Executor, automationId: string, subscriptionId: string, now: Date) {
  const { rows } = await tx.execute<{ of_this: number; of_all: number; limited: number }>(sql`
    select count(*) filter (where automation_id = ${automationId}::uuid and state <> 'limited')::int as of_this,
      count(*) filter (where state <> 'limited')::int as of_all,
      count(*) filter (where automation_id = ${automationId}::uuid and state = 'limited')::int as limited
    from automation_firings
    where subscription_id = ${subscriptionId} and at >= ${utcDayOf(now)}::timestamp at time zone 'UTC'`);
  const [row] = rows;
  return { ofThis: row?.of_this ?? 0, ofAll: row?.of_all ?? 0, limited: row?.limited ?? 0 };
}

async function matchingOf(tx: Executor, watching: AutomationRecord[], start: Start, now: Date) {
  const found: string[] = [];
  for (const { id, filters } of watching) {
    try {
      // In a savepoint: filters that cause an error must not keep other automations from acting.
      const matches = await tx.transaction((inner) => isMatching(inner, start.subscriptionId, filters, now));
      if (matches) found.push(id);
    } catch (error) {
      if (canPass(error, start)) throw error;
    }
  }
  return found;
}

async function recordFailure(tx: Executor, actor: Acting, now: Date, subscriptionId: string, problems: string[]) {
  const summary = "Automation could not act";
  await record(tx, actor, now, [{ subscriptionId, kind: "automation.failed", summary, reason: problems.join(" ") }]);
}

async function attempt(ctx: Inside, action: AutomationAction, start: Start): Promise<ActionResult> {
  const { kind } = action;
  try {
    return await ctx.db.transaction(async (tx) => {
      const subscription = await lockSubscription(tx, start.subscriptionId);
      const facts = { ...subscription, isOnHold: subscription.holdAt !== null };
      const nothing = noEffectReason(action, facts);
      if (nothing !== null) return { kind, outcome: "nothing", text: nothing };
      const inside: Inside = { ...ctx, db: tx as unknown as Database };
      return { kind, ...(await carryOut(inside, tx, action, start)) };
    });
  } catch (error) {
    if (canPass(error, start)) throw error;
    if (error instanceof AppError) return { kind, outcome: "failed", text: error.message };
    ctx.log.error({ err: error, automation: ctx.actor.id, action: kind }, "an automation's action failed");
    return { kind, outcome: "failed", text: "An error in Marketdesk prevented this action. The log has details." };
  }
}

type Outcome = Pick<ActionResult, "outcome" | "text">;

async function carryOut(ctx: Inside, tx: Executor, action: AutomationAction, start: Start): Promise<Outcome> {
  const { subscriptionId } = start;
  switch (action.kind) {
    case "tags":
      await changeTags(ctx, { subscriptionId, add: action.add, remove: action.remove });
      return done("Tags changed.");
    case "owner":
      await assignOwner(ctx, { subscriptionId, owner: action.owner });
      return done(action.owner === null ? "Owner removed." : "Owner set.");
    case "followUp":
      await setFollowUp(ctx, { subscriptionId, on: addDays(utcDayOf(ctx.now()), action.inDays) });
      return done("Follow-up set.");
    case "notify":
      return notify(ctx, tx, start, action.to);
    case "suspend":
      await suspendSubscription(ctx, { subscriptionId, reason: `Automation “${ctx.actor.name}”` });
      return done("Access suspended.");
    case "propose":
      return propose(ctx, tx, subscriptionId, action.change);
  }
}

const done = (text: string): Outcome => ({ outcome: "done", text });

async function notify(ctx: Inside, tx: Executor, { subscriptionId, cause }: Start, to: string): Promise<Outcome> {
  const now = ctx.now();
  const id = newId(now);
  if ((await notifyOf(tx, id, to, now)) === 0) {
    throw new AppError(
      "NotAllowedNow",
      "The person or channel to notify cannot be reached. Check that email or browser notifications are set up for the person, or that the channel still exists.",
    );
  }
  const summary = `Message of the automation “${ctx.actor.name}”: ${cause}`;
  await record(tx, ctx.actor, now, [{ id, subscriptionId, kind: "automation.notified", summary }]);
  return done("Message sent.");
}

type Change = Extract<AutomationAction, { kind: "propose" }>["change"];

async function propose({ actor, now: clock }: Inside, tx: Executor, subscriptionId: string, change: Change) {
  const now = clock();
  const summary = describePlanned(change);
  const added = await tx
    .insert(proposedChanges)
    .values({
      id: newId(now),
      automationId: actor.id,
      version: actor.version,
      subscriptionId,
      ...change,
      summary,
      state: "open",
      proposedAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: proposedChanges.id });
  if (added.length === 0) {
    return { outcome: "nothing" as const, text: "The same kind of change is already proposed and waits for staff." };
  }
  await record(tx, actor, now, [
    { subscriptionId, kind: "planned_change.proposed", summary: `Proposed: ${describeProposal(change)}` },
  ]);
  return done("Change proposed.");
}

/** The stored actions of an automation; none if this version of Marketdesk cannot read them. */
export function readable(automations: AutomationRecord[]): AutomationRecord[] {
  return automations.filter((automation) => ruleOf(automation) !== null);
}
