/** Words that the kinds share. Pure. */
import { type Day, startInUtc } from "../../shared/day.ts";
import { describeOperation } from "../domain/operation.ts";
import type { NeedFacts } from "./need-kind.ts";

export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function changeOf({ operation }: NeedFacts): string {
  return operation ? describeOperation(operation) : "Operation";
}

/** What went wrong last, as a sentence with a blank before it; empty when nothing is known. */
export function failureOf({ operation }: NeedFacts): string {
  return operation?.lastError ? ` ${sentence(operation.lastError)}` : "";
}

/** The subscription in a mail to the customer. */
export function nameOf({ subscriptionName, planName }: NeedFacts): string {
  return subscriptionName ? `${subscriptionName} (${planName})` : planName;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** `by 14 March 2027`, or `soon` where the day is not known. */
export function byDay(at: Date | null): string {
  return at === null ? "soon" : `by ${dayFormat.format(at)}`;
}

/** `on 14 March 2027`: the day that Microsoft states, not the moment after it. */
export function onDay(day: Day | null): string {
  return day === null ? "soon" : `on ${dayFormat.format(startInUtc(day))}`;
}
