/** Phrases that the kinds share. */
import { type Day, startInUtc } from "../../shared/day.ts";
import { marksOf } from "../domain/name-marks.ts";
import { describeOperation } from "../domain/operation.ts";
import type { NeedFacts } from "./need-kind.ts";

export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The change in words, with marks for names. */
export function changeOf({ operation, offerId }: NeedFacts): string {
  return operation ? marksOf(offerId, describeOperation(operation)) : "Operation";
}

/** The last error as a sentence with a leading space; empty if there is none. */
export function failureOf({ operation }: NeedFacts): string {
  return operation?.lastError ? ` ${sentence(operation.lastError)}` : "";
}

/** The subscription's name in an email to the customer. */
export function nameOf({ subscriptionName, planName }: NeedFacts): string {
  return subscriptionName ? `${subscriptionName}, ${planName}` : planName;
}

const dayFormat = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" });

/** `by March 14, 2027`, or `soon` if the day is not known. */
export function byDay(at: Date | null): string {
  return at === null ? "soon" : `by ${dayFormat.format(at)}`;
}

/** `on March 14, 2027`, as Microsoft states the last day; or `soon` if it is not known. */
export function onDay(day: Day | null): string {
  return day === null ? "soon" : `on ${dayFormat.format(startInUtc(day))}`;
}
