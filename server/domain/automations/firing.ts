/** When an automation acts: which events start it, and how often on one subscription and day. */
import { type Day, utcDayOf } from "../../../shared/day.ts";
import type { AutomationTrigger } from "../../../shared/automations.ts";
import type { ActorKind } from "../../../shared/actors.ts";

/** The maximum of firings of one automation on one subscription and day, in UTC. */
export const maxFiringsADay = 3;
/** The maximum of firings of all automations on one subscription and day, in UTC. */
export const maxFiringsOfAllADay = 10;

type Started = {
  kind: string;
  at: Date;
  actorKind: ActorKind;
};

/** Whether an event starts it. What automations do starts none, so that they cannot start each other. */
export function isStartedBy(
  { trigger, onSince }: { trigger: AutomationTrigger; onSince: Date | null },
  { kind, at, actorKind }: Started,
): boolean {
  if (trigger.kind !== "event" || onSince === null || actorKind === "automation") return false;
  return at >= onSince && (trigger.events as readonly string[]).includes(kind);
}

/** Why the automation may not act again on this day, as a sentence; null if it may. */
export function limitReason(today: { ofThis: number; ofAll: number }): string | null {
  if (today.ofThis >= maxFiringsADay)
    return `It has already acted ${maxFiringsADay} times on this subscription today, which is the limit.`;
  if (today.ofAll >= maxFiringsOfAllADay)
    return `Automations have already acted ${maxFiringsOfAllADay} times on this subscription today, which is the limit.`;
  return null;
}

/** The past events on which it would have acted, in their order. Other automations are not counted. */
export function wouldHaveFired<Event extends { subscriptionId: string; at: Date }>(events: readonly Event[]): Event[] {
  const counts = new Map<string, number>();
  return events.filter(({ subscriptionId, at }) => {
    const key = `${utcDayOf(at) satisfies Day} ${subscriptionId}`;
    const ofThis = counts.get(key) ?? 0;
    counts.set(key, ofThis + 1);
    return limitReason({ ofThis, ofAll: 0 }) === null;
  });
}
