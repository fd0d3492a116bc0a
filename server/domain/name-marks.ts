/**
 * Marks for the names of offers and plans. Sentences on record hold ids, because names are often unknown when they are
 * written and can change; the names are filled in when a sentence is read.
 */
import { isolated, markEnd, markStart } from "../../shared/foreign-text.ts";
import type { RuleScope } from "../../shared/scope.ts";

/** The ids are separated by a blank, because search treats a slash as part of a word. */
const markPattern = new RegExp(
  `${markStart}(offer|plan) ([^${markStart}${markEnd} ]+)(?: ([^${markStart}${markEnd} ]+))?${markEnd}`,
  "g",
);
/** Ids that a mark could not hold are shown as they are. */
const withoutMark = new RegExp(`[${markStart}${markEnd}\\s]|^$`);

const mark = (...parts: string[]) => `${markStart}${parts.join(" ")}${markEnd}`;

/** Stands for the name of an offer. */
export function offerMark(offerId: string): string {
  return withoutMark.test(offerId) ? offerId : mark("offer", offerId);
}

/**
 * Stands for the name of a plan. Without the offer, which readers add with `marksOf`, the name is used if all offers
 * with this plan agree on it.
 */
export function planMark(planId: string, offerId?: string | null): string {
  if (withoutMark.test(planId)) return planId;
  return offerId && !withoutMark.test(offerId) ? mark("plan", offerId, planId) : mark("plan", planId);
}

/** The text with the offer in the marks of plans that lack it; the offer of the subscription that the text is about. */
export function marksOf(offerId: string | null, text: string): string {
  if (!offerId || withoutMark.test(offerId) || !text.includes(`${markStart}plan `)) return text;
  return text.replace(markPattern, (whole, kind: string, first: string, second: string | undefined) =>
    kind === "plan" && second === undefined ? planMark(first, offerId) : whole,
  );
}

type Values = Record<string, unknown> | null;

/**
 * Marks for the plans and offers whose ids are in values, by id.
 * @param offerId of the subscription that the values are about; the values' own offer comes first
 */
export function idMarks(offerId: string | null, ...all: Values[]) {
  const plans: Record<string, string> = {};
  const offers: Record<string, string> = {};
  for (const values of all) {
    const [offer, plan] = [values?.["offerId"] ?? offerId, values?.["planId"]];
    if (typeof plan === "string") plans[plan] = planMark(plan, typeof offer === "string" ? offer : null);
    if (typeof values?.["offerId"] === "string") offers[values["offerId"]] = offerMark(values["offerId"]);
  }
  return { plans, offers };
}

/** `all offers`, `all plans of Offer`, `the plan Plan of Offer`, with marks for the names. */
export function scopeInWords({ offerId, planId }: RuleScope): string {
  if (offerId === null) return "all offers";
  return planId === null
    ? `all plans of ${offerMark(offerId)}`
    : `the plan ${planMark(planId, offerId)} of ${offerMark(offerId)}`;
}

/** An offer, a plan of an offer, or a plan of any offer. */
export type Named = { offerId: string; planId: null } | { offerId: string | null; planId: string };

const keyOf = ({ offerId, planId }: Named) => JSON.stringify([offerId, planId]);

function namedBy(kind: string, first: string, second: string | undefined): Named {
  if (kind === "offer") return { offerId: first, planId: null };
  return second === undefined ? { offerId: null, planId: first } : { offerId: first, planId: second };
}

/** What the marks in a value of plain objects, lists and texts stand for, each once. */
export function marksIn(value: unknown): Named[] {
  const found = new Map<string, Named>();
  const visit = (part: unknown): void => {
    if (typeof part === "string") {
      if (!part.includes(markStart)) return;
      for (const [, kind = "", first = "", second] of part.matchAll(markPattern)) {
        const named = namedBy(kind, first, second);
        found.set(keyOf(named), named);
      }
    } else if (Array.isArray(part)) part.forEach(visit);
    else if (isPlain(part)) for (const key in part) visit(part[key]);
  };
  visit(value);
  return [...found.values()];
}

/** The value with names, or else ids, in place of the marks. What has no marks is not copied. */
export function withNames<Value>(value: Value, names: readonly (Named & { name: string })[]): Value {
  const nameOf = new Map(names.map((named) => [keyOf(named), isolated(named.name)]));
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") {
      if (!part.includes(markStart)) return part;
      return part.replace(
        markPattern,
        (_, kind: string, first: string, second: string | undefined) =>
          nameOf.get(keyOf(namedBy(kind, first, second))) ?? second ?? first,
      );
    }
    if (Array.isArray(part)) {
      const filled = part.map(fill);
      return filled.some((item, at) => item !== part[at]) ? filled : part;
    }
    if (!isPlain(part)) return part;
    let copy: Record<string, unknown> | null = null;
    for (const key in part) {
      const item = part[key];
      const filled = fill(item);
      if (filled === item) continue;
      // Assigning only what differs is several times as fast as building the copy key by key.
      copy ??= { ...part };
      copy[key] = filled;
    }
    return copy ?? part;
  };
  return fill(value) as Value;
}

/** Not a date, buffer or stream. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
