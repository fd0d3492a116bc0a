/** What a person is notified of, and who is notified next when no one picks up a need. */
import type { NotificationSettings, SetEscalationInput } from "../../../shared/notifications.ts";
import { announce, record } from "../../database/record/record.ts";
import { escalations, notificationSettings } from "../../database/schema/notices.ts";
import {
  escalationVersionOf,
  listChannelChoices,
  listEscalationPeople,
  readEscalation,
} from "../../database/queries/notifications.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { actorColumns } from "../../domain/actor.ts";
import { newerChangeInWords } from "../../domain/last-change.ts";
import { AppError } from "../../errors.ts";
import type { NotifyContext } from "./channel-parts.ts";
import { refuseUnknownKinds } from "./refuse-unknown-kinds.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Each person sets their own. Needs that exist already are not announced.
 * @throws AppError `Invalid` for unknown kinds of needs, and for a channel that has been removed
 */
export async function setOwnNotifications(ctx: NotifyContext, settings: NotificationSettings): Promise<void> {
  if (ctx.actor.kind !== "staff") throw new AppError("Forbidden", "Only staff have notifications.");
  refuseUnknownKinds(settings.rules.map(({ kinds }) => kinds));
  await refuseRemovedChannels(ctx, settings);
  const values = { settings, since: ctx.now(), changedByName: ctx.actor.name };
  await ctx.db
    .insert(notificationSettings)
    .values({ subscriber: ctx.actor.id, ...values })
    .onConflictDoUpdate({ target: notificationSettings.subscriber, set: values });
}

/** A rule for a channel that no longer exists would never send anything. */
async function refuseRemovedChannels({ db }: NotifyContext, { rules }: NotificationSettings): Promise<void> {
  const places = new Set<string>(["mail", "push", ...(await listChannelChoices(db)).map(({ id }) => id)]);
  const removed = rules.findIndex(({ via }) => !places.has(via));
  if (removed === -1) return;
  throw new AppError(
    "Invalid",
    `The channel of rule ${removed + 1} has been removed. Choose where its messages go, or remove the rule.`,
  );
}

/** @throws AppError `Forbidden` unless admin, `Invalid` for unknown kinds or people, `Conflict` if a colleague was faster */
export async function setEscalation(
  ctx: NotifyContext,
  { seenVersion, ...escalation }: SetEscalationInput,
): Promise<void> {
  requireAdmin(ctx.actor, "Only an admin can change the escalation list.");
  refuseUnknownKinds([escalation.kinds]);
  const people = new Map((await listEscalationPeople(ctx.db)).map(({ id, name }) => [id, name]));
  if (escalation.people.some((id) => !people.has(id))) {
    throw new AppError("Invalid", "One of these people can no longer act. Reload the page and choose again.");
  }
  const values = { escalation, since: ctx.now(), changedByName: actorColumns(ctx.actor).actorName };
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "escalation");
    const { current, changed } = await readEscalation(tx);
    if (escalationVersionOf(current) !== seenVersion)
      throw new AppError("Conflict", newerChangeInWords("the escalation list", changed));
    await tx
      .insert(escalations)
      .values({ id: "all", ...values })
      .onConflictDoUpdate({ target: escalations.id, set: values });
    await record(tx, ctx.actor, ctx.now(), [
      {
        kind: "escalation.changed",
        summary:
          escalation.people.length === 0
            ? "Escalation list emptied"
            : `Escalation list changed: ${escalation.people.length} people`,
        after: { afterHours: escalation.afterHours, people: escalation.people.map((id) => people.get(id)).join(", ") },
      },
    ]);
    await announce(tx, [{ topic: "notification", subscriptionId: null }]);
  });
}
