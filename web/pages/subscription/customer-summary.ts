/** A summary of a subscription's history for its customer: effects only, without staff, ids and internal reasons. */
import { type Day, isDay, startInUtc } from "../../../shared/day.ts";
import type { ActivityView } from "../../../shared/views/history.ts";
import { valuesOf } from "../../text/activity-changes.ts";

/** A term's day is the same day in all time zones. */
const termDayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

type Formats = {
  /** The display name of a plan id. */
  planName(planId: string): string;
  day(day: Day): string;
};

type Formatter = (before: Record<string, unknown>, after: Record<string, unknown>, formats: Formats) => string | null;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const seats = (value: unknown) => (typeof value === "number" ? value.toLocaleString("en-GB") : null);

/** By kind of entry. Kinds that are missing here are internal. */
const formatters: Record<string, Formatter> = {
  "subscription.activated": () => "The subscription became active and its billing started.",
  "subscription.suspended": () => "Microsoft suspended the subscription because a payment failed.",
  "subscription.reinstated": () => "Microsoft reinstated the subscription after the payment succeeded.",
  "subscription.unsubscribed": () => "The subscription ended.",
  "subscription.trial_ended": () => "The free trial became a paid subscription.",
  "subscription.held": () => "We paused access to the product.",
  "subscription.hold_lifted": () => "We gave access to the product again.",
  "subscription.contact_given": () => "You provided a contact.",
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
      ? "Auto-renewal was turned on."
      : after["autoRenews"] === false
        ? "Auto-renewal was turned off."
        : null,
  "operation.rejected": (_, { requested, accepted }) => {
    if (!isText(requested)) return "A requested change was declined. Nothing changed.";
    const limit = isText(accepted) ? `; accepted: ${accepted}` : "";
    return `A change to ${requested} was declined${limit}. Nothing changed.`;
  },
  "operation.failed": () => "A requested change did not complete. Nothing changed.",
};

type Options = {
  /** The subscription's name. */
  name: string;
  /** An IANA time zone such as `Europe/Berlin`, or `UTC`. */
  timeZone: string;
};

/** The summary as text, oldest entry first; null if no entry concerns the customer. */
export function customerSummary(entries: readonly ActivityView[], { name, timeZone }: Options): string | null {
  const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone });
  const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const formatsOf = ({ names }: ActivityView): Formats => ({
    planName: (planId) => names.plans[planId] ?? planId,
    day: (day) => termDayFormat.format(startInUtc(day)),
  });
  const lines = entries
    .toSorted((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))
    .flatMap((entry) => {
      const values = [valuesOf(entry.before) ?? {}, valuesOf(entry.after) ?? {}] as const;
      const sentence = formatters[entry.kind]?.(...values, formatsOf(entry));
      const at = new Date(entry.at);
      return sentence ? [`${dayFormat.format(at)}, ${timeFormat.format(at)}: ${sentence}`] : [];
    });
  if (lines.length === 0) return null;
  return [`${name}: changes (times in ${timeZone})`, "", ...lines].join("\n");
}
