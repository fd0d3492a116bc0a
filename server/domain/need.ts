/** What waits for someone: how long each kind may wait, which comes first, and the rule in words. Pure. */
import type { NeedKind } from "../../shared/filters.ts";
import { activationWindowDays, answerWindowMs, suspensionWindowDays } from "../../shared/lifecycle.ts";
import type { NextAction } from "../../shared/views/needs.ts";
import { describeOperation } from "./operation.ts";

const dayMs = 24 * 60 * 60_000;

/** Bad endings of operations are shown for so long, and differences for so long, unless staff put them off. */
export const badEndingDays = 7;
export const missingDays = 90;
/** A term that ends without renewal, and a trial, are shown so long before. */
export const termWindowDays = 30;
export const trialWindowDays = 7;

type Rule = {
  /** From the begin to the loss; null: nothing is lost at a known time. */
  windowMs: number | null;
  next: NextAction;
  /** Putting it off would outlast it. */
  mayBeSnoozed: boolean;
};

export const needRules: Record<NeedKind, Rule> = {
  answer: { windowMs: answerWindowMs, next: "operation", mayBeSnoozed: false },
  stuck: { windowMs: null, next: "retry", mayBeSnoozed: true },
  activation_failed: { windowMs: activationWindowDays * dayMs, next: "activate", mayBeSnoozed: true },
  quarantined: { windowMs: null, next: "operation", mayBeSnoozed: true },
  missing: { windowMs: null, next: "subscription", mayBeSnoozed: true },
  unrecognised: { windowMs: null, next: "subscription", mayBeSnoozed: true },
  follow_up: { windowMs: dayMs, next: "subscription", mayBeSnoozed: true },
  activation: { windowMs: activationWindowDays * dayMs, next: "activate", mayBeSnoozed: true },
  suspension: { windowMs: suspensionWindowDays * dayMs, next: "subscription", mayBeSnoozed: true },
  term_end: { windowMs: termWindowDays * dayMs, next: "subscription", mayBeSnoozed: true },
  trial_end: { windowMs: trialWindowDays * dayMs, next: "subscription", mayBeSnoozed: true },
};

/** What has no deadline counts as one of an hour: after what is lost in minutes, before what is lost in days. */
const patienceMs = 60 * 60_000;

/** Where an item stands in the list: milliseconds since 1970, the smallest first. */
export function pressure(need: { kind: NeedKind; dueAt: Date | null }, now: Date): number {
  const due = need.dueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  // Somebody waits for an activation that failed, however long Microsoft does.
  const isPressing = need.dueAt === null || need.kind === "activation_failed";
  return isPressing ? Math.min(due, now.getTime() + patienceMs) : due;
}

/** An item without a deadline may be put off for so long at once. */
const longestSnoozeDays = 30;

/** Until when an item may be put off at most: its loss, or a month where none is ahead. */
export function latestSnooze(dueAt: Date | null, now: Date): Date {
  const isAhead = dueAt !== null && dueAt > now;
  return isAhead ? dueAt : new Date(now.getTime() + longestSnoozeDays * dayMs);
}

export type NeedFacts = {
  kind: NeedKind;
  /** The customer's company or address, as far as known. */
  customer: string | null;
  planName: string;
  status: string | null;
  unrecognisedStatus: string | null;
  autoRenews: boolean | null;
  operation: {
    action: string;
    planId: string | null;
    quantity: number | null;
    attempts: number;
    lastError: string | null;
  } | null;
  /** Why a comparison with Microsoft raised it. */
  cause: string | null;
};

/** The item in a few words, and the rule behind it. */
export function needInWords(facts: NeedFacts): { what: string; rule: string } {
  const { operation, planName } = facts;
  const change = operation ? describeOperation(operation) : "Operation";
  const trouble = operation?.lastError ? ` ${sentence(operation.lastError)}` : "";
  switch (facts.kind) {
    case "answer":
      return {
        what: `${change}: answer due`,
        rule: `Microsoft waits ${answerWindowMs / 1_000} seconds for our answer; without one it decides itself.${trouble}`,
      };
    case "stuck":
      return {
        what: `${change}: stuck`,
        rule: `The desk gave up after ${operation?.attempts ?? 0} tries.${trouble} Trying again asks Microsoft first where it stands.`,
      };
    case "quarantined":
      return {
        what: `${change}: set aside`,
        rule: `${sentence(operation?.lastError ?? "It does not fit what Microsoft says")} Replay it, or see what Microsoft sent; it leaves this list after ${badEndingDays} days.`,
      };
    case "activation_failed":
      return {
        what: "Activation failed",
        rule: `${facts.customer ?? "The purchaser"} waits for ${planName}.${trouble} A purchase that is not activated lapses after ${activationWindowDays} days.`,
      };
    case "activation":
      return {
        what: "Purchase not activated",
        rule: `${facts.customer ?? "The purchaser"} bought ${planName} and has not finished on the landing page. A purchase that is not activated lapses after ${activationWindowDays} days.`,
      };
    case "suspension":
      return {
        what: "Suspended, lost unless paid",
        rule: `Microsoft could not charge ${facts.customer ?? "the customer"} and ends the subscription after ${suspensionWindowDays} days. Only the customer can put the payment right.`,
      };
    case "term_end":
      return {
        what: "Ends without renewal",
        rule: `The term of ${planName} runs out and does not renew by itself. Only ${facts.customer ?? "the customer"} can switch renewal on, at Microsoft.`,
      };
    case "trial_end":
      return {
        what: facts.autoRenews === false ? "Trial ends, and the subscription with it" : "Trial ends, then it is paid",
        rule:
          facts.autoRenews === false
            ? `The free trial of ${planName} runs out and does not renew by itself. Only ${facts.customer ?? "the customer"} can keep it, at Microsoft.`
            : `When the free trial of ${planName} runs out, Microsoft begins to bill ${facts.customer ?? "the customer"}, unless it is cancelled before.`,
      };
    case "follow_up":
      return {
        what: "Follow up",
        rule: "The day has come that staff chose to look at it again. Set another day on its page, or none when it is done.",
      };
    case "missing":
      return { what: "Microsoft does not know it", rule: sentence(facts.cause ?? "Microsoft's list does not name it") };
    case "unrecognised":
      return {
        what: `Unknown status ${facts.unrecognisedStatus ?? ""}`.trim(),
        rule: `Microsoft gives it a status that the desk does not know; until then it is kept as ${facts.status ?? "it was"}. Ask Microsoft what it means, and tell the publisher's engineers.`,
      };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
