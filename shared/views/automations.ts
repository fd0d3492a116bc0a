import type { AutomationActionKind, AutomationRule, FiringState } from "../automations.ts";
import type { PlannedAction } from "../planned-changes.ts";
import type { ActorView } from "./staff.ts";

/** The result of one action. `nothing`: there was nothing left to do. */
export type ActionResult = {
  kind: AutomationActionKind;
  outcome: "done" | "nothing" | "failed";
  /** What was done, or why it was not, as a sentence without names of plans. */
  text: string;
};

export type AutomationView = {
  id: string;
  name: string;
  version: number;
  isOn: boolean;
  rule: AutomationRule;
  /** Its actions in words, in order. */
  actionTexts: string[];
  /** When it last acted; null: never, or not in the time that is kept. */
  lastFiredAt: string | null;
  /** Firings whose problem no one has dismissed. */
  problems: number;
};

export type AutomationVersionView = {
  version: number;
  name: string;
  at: string;
  actor: ActorView;
  reason: string;
};

export type FiringView = {
  id: string;
  at: string;
  version: number;
  subscriptionId: string;
  subscriptionName: string;
  /** What started it, in words. */
  cause: string;
  state: FiringState;
  results: ActionResult[];
};

export type AutomationDetailView = AutomationView & {
  isRemoved: boolean;
  /** The latest first, at most 50. */
  versions: AutomationVersionView[];
  /** The latest first, at most 50. */
  firings: FiringView[];
};

/** Who and where an action can name. */
export type AutomationChoicesView = {
  owners: { id: string; name: string }[];
  channels: { id: string; name: string }[];
};

export type AutomationPreviewView = {
  days: number;
  /** Events of these kinds in the past days; null for one that starts when a subscription begins to match. */
  events: number | null;
  /** How often it would have acted, or how many subscriptions match now. */
  count: number;
  /** There are more than are counted. */
  isCut: boolean;
  /** The latest of them. */
  examples: {
    at: string | null;
    subscriptionId: string;
    subscriptionName: string;
    /** What happened. */
    cause: string | null;
    /** What each action would have done. */
    effects: { text: string; isNothing: boolean }[];
  }[];
};

/** What automations ask of staff about one subscription. */
export type OpenAutomationsView = {
  proposals: {
    id: string;
    automationId: string;
    automationName: string;
    action: PlannedAction;
    summary: string;
    inDays: number | null;
    proposedAt: string;
  }[];
  problems: { id: string; automationId: string; automationName: string; at: string; texts: string[] }[];
};
