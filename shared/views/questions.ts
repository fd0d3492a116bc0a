import type { Answer, Question, QuestionSet } from "../questions.ts";
import type { RuleScope } from "../scope.ts";
import type { LastChangeView } from "./notifications.ts";
import type { ActorView } from "./staff.ts";

/** One version of a scope's questions. */
export type QuestionSetView = QuestionSet & { reason: string; at: string; actor: ActorView };

/** A scope that can have questions: all offers, an offer, or a plan. */
export type QuestionScopeView = RuleScope & {
  /** The offer's name, or else its id; null for all offers. */
  offerName: string | null;
  /** The plan's name, or else its id; null if the scope is not a plan. */
  planName: string | null;
  /** The latest version of exactly this scope; null if there was never one. */
  own: QuestionSetView | null;
  /** The active questions here; null: no questions. */
  active: QuestionSetView | null;
};

/** The questions of a subscription's plan, and what was answered. */
export type SubscriptionAnswersView = {
  questions: Question[];
  answers: Answer[];
  /** What the answers are; differs after a change. */
  version: string;
  changed: LastChangeView;
};
