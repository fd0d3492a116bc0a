/** Channels of Teams and Slack: add, test, choose what is sent, remove. */
import { and, eq, ne, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  channelKindLabels,
  type ChannelKind,
  type channelRulesInput,
  type CreateChannelInput,
  type removeChannelInput,
} from "../../../shared/notifications.ts";
import type { TestSent } from "../../../shared/views/notifications.ts";
import type { Executor } from "../../database/connection/database.ts";
import { readChannelSettings, settingsVersionOf } from "../../database/queries/notifications.ts";
import { channels as c, notificationSettings } from "../../database/schema/notices.ts";
import { outboxLanes, outboxMessages, outboxReceivers as r } from "../../database/schema/outbox.ts";
import { lockKey } from "../../database/statements/advisory-locks.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { newId } from "../../database/statements/new-id.ts";
import { actorColumns } from "../../domain/actor.ts";
import { newerChangeInWords } from "../../domain/last-change.ts";
import { AppError } from "../../errors.ts";
import { slackMessageOf, teamsMessageOf } from "../../notify/letter/cards.ts";
import { testLetter } from "../../notify/test-letter.ts";
import type { NotifyTools } from "./notify-tools.ts";
import { refuseUnknownKinds } from "./refuse-unknown-kinds.ts";
import { type NotifyContext, refuseUnlessAdmin, recordChannel } from "./channel-parts.ts";
import { resumeReceiver } from "./resume-receiver.ts";

/** Each has slots of its own in a sender. */
const maxChannels = 16;

/**
 * Sends a test first, so that only an address that works is kept.
 * @throws AppError `Forbidden` unless admin, `Invalid` for an address that may not be called or does not take the test,
 * `Conflict` for a name in use, `NotAllowedNow` for too many
 */
export async function createChannel(
  ctx: NotifyContext,
  tools: NotifyTools,
  { kind, name, address }: CreateChannelInput,
): Promise<{ id: string }> {
  refuseUnlessAdmin(ctx);
  const why = await tools.addressProblem(address);
  if (why !== null) throw wrongAddress(why);
  const sent = await tools.postCard(kind, { address, body: testCard(kind, name, tools) });
  if (sent.outcome !== "delivered") throw wrongAddress(`The test did not arrive: ${sent.problem ?? "no response"}.`);
  const now = ctx.now();
  const id = newId(now);
  const sealed = await tools.addresses.seal(address, now);
  await ctx.db.transaction(async (tx) => {
    // Locked, so that two people who add one at the same time cannot exceed the maximum.
    await lockExclusively(tx, "channels");
    const count = await tx.$count(c, sql`${c.removedAt} is null`);
    if (count >= maxChannels) {
      throw new AppError(
        "NotAllowedNow",
        `There are already ${maxChannels} channels, the maximum. Remove an unused one first.`,
      );
    }
    await tx.insert(r).values({ id, kind, state: "active", stateSince: now });
    const inserted = await tx
      .insert(c)
      .values({
        id,
        name,
        address: sealed,
        host: new URL(address).host,
        createdByName: actorColumns(ctx.actor).actorName,
        createdAt: now,
        testedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: c.id });
    if (inserted.length === 0) {
      const message = "There is already a channel with this name.";
      throw new AppError("Conflict", message, { fields: { name: [message] } });
    }
    await recordChannel(ctx, tx, {
      kind: "channel.created",
      summary: `${channelKindLabels[kind]} channel “${name}” added`,
      after: { name, kind, host: new URL(address).host },
    });
  });
  return { id };
}

function wrongAddress(message: string): AppError {
  return new AppError("Invalid", message, { fields: { address: [message] } });
}

function testCard(kind: ChannelKind, name: string, { publicUrl }: Pick<NotifyTools, "publicUrl">): object {
  const letter = testLetter(publicUrl, { where: `the ${channelKindLabels[kind]} channel “${name}”` });
  return kind === "teams" ? teamsMessageOf(letter) : slackMessageOf(letter);
}

/**
 * Sends a test. A channel that was paused or disabled is active again if the test arrives.
 * @throws AppError `Forbidden` unless admin, `NotFound`
 */
export async function testChannel(ctx: NotifyContext, tools: NotifyTools, { id }: { id: string }): Promise<TestSent> {
  refuseUnlessAdmin(ctx);
  const found = await findChannel(ctx.db, id);
  const address = found.address === null ? null : await tools.addresses.open(found.address, ctx.now());
  if (address === null) {
    return {
      isDelivered: false,
      problem: "Its address cannot be read, because SESSION_SECRET has changed. Add it again.",
    };
  }
  const { outcome, problem } = await tools.postCard(found.kind, {
    address,
    body: testCard(found.kind, found.name, tools),
  });
  const isDelivered = outcome === "delivered";
  await ctx.db.transaction(async (tx) => {
    if (isDelivered) {
      await tx.update(c).set({ testedAt: ctx.now() }).where(eq(c.id, id));
      await resumeReceiver(ctx, tx, id);
    }
    await recordChannel(ctx, tx, {
      kind: "channel.tested",
      summary: `Test sent to the channel “${found.name}”: ${isDelivered ? "delivered" : (problem ?? "failed")}`,
      after: { name: found.name },
    });
  });
  if (isDelivered) tools.wake();
  return { isDelivered, problem };
}

/**
 * @throws AppError `Forbidden` unless admin, `NotFound`, `Invalid` for unknown kinds of needs, `Conflict` if a colleague was
 * faster
 */
export async function setChannelRules(
  ctx: NotifyContext,
  { id, settings, seenVersion }: z.infer<typeof channelRulesInput>,
): Promise<void> {
  refuseUnlessAdmin(ctx);
  refuseUnknownKinds(settings.rules.map(({ kinds }) => kinds));
  const rules = settings.rules.map((rule) => ({
    ...rule,
    via: id,
    scope: rule.scope === "mine" ? ("all" as const) : rule.scope,
  }));
  const changedByName = actorColumns(ctx.actor).actorName;
  const values = { settings: { ...settings, rules }, since: ctx.now(), changedByName };
  await ctx.db.transaction(async (tx) => {
    const { name } = await lockChannel(tx, id);
    const { current, changed } = await readChannelSettings(tx, id);
    if (settingsVersionOf(current) !== seenVersion)
      throw new AppError("Conflict", newerChangeInWords("the messages to this channel", changed));
    await tx
      .insert(notificationSettings)
      .values({ subscriber: id, ...values })
      .onConflictDoUpdate({ target: notificationSettings.subscriber, set: values });
    await recordChannel(ctx, tx, {
      kind: "channel.edited",
      summary: `Messages to the channel “${name}” changed`,
      after: { name, rules: rules.length },
    });
  });
}

/** @throws AppError `Forbidden` unless admin, `NotFound` */
export async function removeChannel(
  ctx: NotifyContext,
  { id, reason }: z.infer<typeof removeChannelInput>,
): Promise<void> {
  refuseUnlessAdmin(ctx);
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    // Waits for messages that are being planned for it, so that they are stopped too.
    await tx.execute(sql`select pg_advisory_xact_lock(${lockKey("notifications")})`);
    const { name } = await lockChannel(tx, id);
    await tx.delete(outboxLanes).where(eq(outboxLanes.receiverId, id));
    await tx.update(r).set({ state: "removed", stateReason: null, stateSince: now }).where(eq(r.id, id));
    await tx.update(c).set({ address: null, removedAt: now }).where(eq(c.id, id));
    await tx.delete(notificationSettings).where(eq(notificationSettings.subscriber, id));
    await tx
      .update(outboxMessages)
      .set({ state: "stopped", endedAt: now })
      .where(and(eq(outboxMessages.receiverId, id), eq(outboxMessages.state, "waiting")));
    await recordChannel(ctx, tx, {
      kind: "channel.removed",
      summary: `Channel “${name}” removed`,
      before: { name },
      reason,
    });
  });
}

/**
 * A channel in use, which is neither removed nor given other settings before this transaction ends.
 * @throws AppError `NotFound`
 */
async function lockChannel(tx: Executor, id: string) {
  await tx.select({ id: c.id }).from(c).where(eq(c.id, id)).for("update");
  return findChannel(tx, id);
}

async function findChannel(db: Executor, id: string) {
  const [found] = await db
    .select({ name: c.name, address: c.address, kind: r.kind })
    .from(c)
    .innerJoin(r, eq(r.id, c.id))
    .where(and(eq(c.id, id), ne(r.state, "removed")));
  if (!found) throw new AppError("NotFound", "There is no channel with this ID. It may have been removed.");
  return { ...found, kind: found.kind as ChannelKind };
}
