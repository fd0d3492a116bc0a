/** Creates automations and changes them, in versions. */
import { and, eq, isNull, sql } from "drizzle-orm";
import {
  type AutomationRule,
  type ChangeAutomationInput,
  type CreateAutomationInput,
  maxAutomations,
} from "../../../shared/automations.ts";
import type { Context } from "../../context.ts";
import type { Database, Executor } from "../../database/connection/database.ts";
import { type AutomationRecord, listAutomationChoices, readNames } from "../../database/queries/automations.ts";
import { resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { announce, record } from "../../database/record/record.ts";
import { automations, automationVersions } from "../../database/schema/automations.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { describeAction } from "../../domain/automations/words.ts";
import { AppError } from "../../errors.ts";
import { findCurrent, lockAutomations } from "./automation-rows.ts";
import { beginMatching, skipEarlierEvents } from "./switch-automation.ts";

/**
 * Creates an automation, which is off.
 * @throws AppError `Invalid` with the field `name` or `rule`; `NotAllowedNow` for too many
 */
export function createAutomation(ctx: Context, input: CreateAutomationInput): Promise<{ id: string }> {
  const now = ctx.now();
  return ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const { count, place } = await readPlaces(tx);
    if (count >= maxAutomations) {
      const message = `There are already ${maxAutomations} automations, the maximum. Delete one first.`;
      throw new AppError("NotAllowedNow", message);
    }
    const rule = await checkRule(ctx, tx, input.rule);
    await refuseTakenName(tx, input.name, null);
    const id = newId(now);
    const values = { name: input.name, ...rule };
    await tx.insert(automations).values({ id, version: 1, ...values, place: place + 1, createdAt: now });
    await storeVersion(ctx, tx, { id, version: 1, ...values }, input.reason, null);
    return { id };
  });
}

/**
 * Stores the next version. One that is on stays on: what matches its filters at that moment does not start it, nor do
 * past events if events did not start it before.
 * @throws AppError `NotFound`, `Conflict` if someone else changed it in the meantime, `NotAllowedNow` if nothing changes
 * or too many subscriptions match; `Invalid` with the field `name` or `rule`
 */
export function changeAutomation(ctx: Context, input: ChangeAutomationInput): Promise<{ version: number }> {
  return ctx.db.transaction(async (tx) => {
    await lockAutomations(tx);
    const current = await findCurrent(tx, input.id);
    if (current.version !== input.seenVersion) {
      const message = `This automation was changed in the meantime; it is now version ${current.version}. Reload the page, then make your change again.`;
      throw new AppError("Conflict", message);
    }
    const rule = await checkRule(ctx, tx, input.rule);
    const wanted = { name: input.name, ...rule };
    const { name, trigger, filters, actions } = current;
    if (JSON.stringify(normal(wanted)) === JSON.stringify(normal({ name, trigger, filters, actions }))) {
      throw new AppError("NotAllowedNow", "The automation already has these settings. Nothing was changed.");
    }
    await refuseTakenName(tx, input.name, input.id);
    const version = current.version + 1;
    const isOn = current.onSince !== null;
    const beginsWithEvents = isOn && rule.trigger.kind === "event" && trigger.kind !== "event";
    if (beginsWithEvents) await skipEarlierEvents(tx);
    await tx
      .update(automations)
      .set({ version, ...wanted, ...(beginsWithEvents ? { onSince: ctx.now() } : {}) })
      .where(eq(automations.id, input.id));
    if (isOn) await beginMatching(ctx, tx, { ...current, ...wanted });
    await storeVersion(ctx, tx, { id: input.id, version, ...wanted }, input.reason, current);
    return { version };
  });
}

type Stored = AutomationRule & { name: string };

/** With its keys in one order, because PostgreSQL stores them in another. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([key, one]) => [key, normal(one)]),
  );
}

/** "Me" in the filters is who saves them. @throws AppError `Invalid` for someone who cannot be named */
async function checkRule(ctx: Context, tx: Executor, rule: AutomationRule): Promise<AutomationRule> {
  const { owners, channels } = await listAutomationChoices(tx as unknown as Database);
  const known = new Set([...owners, ...channels].map(({ id }) => id));
  const people = new Set(owners.map(({ id }) => id));
  for (const action of rule.actions) {
    const isUnknown =
      (action.kind === "owner" && action.owner !== null && !people.has(action.owner)) ||
      (action.kind === "notify" && !known.has(action.to));
    if (!isUnknown) continue;
    const message = "A person or channel of this automation is no longer available. Choose another one.";
    throw new AppError("Invalid", message, { fields: { rule: [message] } });
  }
  const { actor } = ctx;
  return { ...rule, filters: actor.kind === "staff" ? resolveOwnerMe(actor.id, rule.filters) : rule.filters };
}

async function refuseTakenName(tx: Executor, name: string, id: string | null): Promise<void> {
  const taken = and(
    isNull(automations.removedAt),
    sql`lower(${automations.name}) = lower(${name})`,
    id === null ? undefined : sql`${automations.id} <> ${id}::uuid`,
  );
  if ((await tx.$count(automations, taken)) === 0) return;
  const message = "Another automation has this name. Choose a different name.";
  throw new AppError("Invalid", message, { fields: { name: [message] } });
}

async function readPlaces(tx: Executor): Promise<{ count: number; place: number }> {
  const { rows } = await tx.execute<{ count: number; place: number }>(sql`
    select count(*) filter (where removed_at is null)::int as count, coalesce(max(place), 0)::int as place from automations`);
  return rows[0] ?? { count: 0, place: 0 };
}

async function storeVersion(
  ctx: Context,
  tx: Executor,
  stored: Stored & { id: string; version: number },
  reason: string,
  former: AutomationRecord | null,
): Promise<void> {
  const now = ctx.now();
  const { id, version, ...values } = stored;
  await tx
    .insert(automationVersions)
    .values({ automationId: id, version, ...values, reason, ...actorColumns(ctx.actor), createdAt: now });
  const nameOf = await readNames(tx as unknown as Database);
  const words = ({ name, trigger, filters, actions }: Stored) => ({
    name,
    startsOn: trigger.kind === "event" ? trigger.events : "beginning to match the filters",
    filters,
    actions: actions.map((action) => describeAction(action, nameOf)),
  });
  await record(tx, ctx.actor, now, [
    {
      kind: former === null ? "automation.created" : "automation.changed",
      summary:
        former === null
          ? `Automation created: ${stored.name}`
          : `Automation changed: ${stored.name}, version ${version}`,
      before: former && words(former),
      after: words(stored),
      reason,
    },
  ]);
  await announce(tx, [{ topic: "setting", subscriptionId: null }]);
}
