/** What happened to a subscription, told to its customer: effects in plain words, no staff, no ids, no reasons of ours. */
import { type Day, isDay, startInUtc } from "../../../shared/day.ts";
import type { ActivityView } from "../../../shared/views/history.ts";
import { valuesOf } from "../../text/activity-changes.ts";

/** A day of a term is that day for the customer too, whatever zone the times are in. */
const termDayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

type Formats = {
  /** The plan's display name of its id. */
  planName(planId: string): string;
  day(day: Day): string;
};

type Formatter = (before: Record<string, unknown>, after: Record<string, unknown>, formats: Formats) => string | null;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const seats = (value: unknown) => (typeof value === "number" ? value.toLocaleString("en-GB") : null);

/** By kind of entry. What is not here is not the customer's concern, or would say how we work. */
const formatters: Record<string, Formatter> = {
  "subscription.activated": () => "The subscription became active and its billing started.",
  "subscription.suspended": () => "Microsoft suspended the subscription, because a payment failed.",
  "subscription.reinstated": () => "Microsoft reinstated the subscription, after the payment was put right.",
  "subscription.unsubscribed": () => "The subscription ended.",
  "subscription.trial_ended": () => "The free trial became a paid subscription.",
  "subscription.held": () => "We paused access to the product.",
  "subscription.hold_lifted": () => "We gave access to the product again.",
  "subscription.contact_given": () => "You told us whom to contact.",
  "subscription.plan_changed": (before, after, { planName }) =>
    isText(before["planId"]) && isText(after["planId"])
      ? `The plan changed from ${planName(before["planId"])} to ${planName(after["planId"])}.`
      : null,
  "subscription.quantity_changed": (before, after) => {
    const [from, to] = [seats(before["quantity"]), seats(after["quantity"])];
    return from && to ? `The number of seats changed from ${from} to ${to}.` : null;
  },
  "subscription.renewed": (_, after, { day }) =>
    isText(after["termEndsOn"]) && isDay(after["termEndsOn"])
      ? `The subscription was renewed until ${day(after["termEndsOn"])}.`
      : "The subscription was renewed.",
  "subscription.renewal_changed": (_, after) =>
    after["autoRenews"] === true
      ? "Automatic renewal was switched on."
      : after["autoRenews"] === false
        ? "Automatic renewal was switched off."
        : null,
  "operation.rejected": () => "A change that was asked for was declined; everything stayed as it was.",
  "operation.failed": () => "A change that was asked for did not go through; everything stayed as it was.",
};

type Options = {
  /** The subscription's name. */
  name: string;
  /** An IANA time zone such as `Europe/Berlin`, or `UTC`. */
  timeZone: string;
  planNames: ReadonlyMap<string, string>;
};

/** The entries as a text to send, the oldest first; null when none of them concerns the customer. */
export function customerSummary(
  entries: readonly ActivityView[],
  { name, timeZone, planNames }: Options,
): string | null {
  const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone });
  const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const formats: Formats = {
    planName: (planId) => planNames.get(planId) ?? planId,
    day: (day) => termDayFormat.format(startInUtc(day)),
  };
  const lines = entries
    .toSorted((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))
    .flatMap((entry) => {
      const sentence = formatters[entry.kind]?.(valuesOf(entry.before) ?? {}, valuesOf(entry.after) ?? {}, formats);
      const at = new Date(entry.at);
      return sentence ? [`${dayFormat.format(at)}, ${timeFormat.format(at)}: ${sentence}`] : [];
    });
  if (lines.length === 0) return null;
  return [`${name}: what happened (times in ${timeZone})`, "", ...lines].join("\n");
}
