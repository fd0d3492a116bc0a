/** What a change rule would have done to changes of the past. Pure. */
import type { ChangeRule } from "../../shared/change-rules.ts";
import { versionInForce, type RuleScope, withVersion } from "../../shared/scope.ts";
import { decide } from "./decision.ts";

/** Changes of one shape that customers asked for. */
export type AskedChanges = {
  action: string;
  offerId: string;
  previousPlanId: string;
  planId: string | null;
  quantity: number | null;
  count: number;
};

export type Judged<Asked> = {
  /** How many changes the candidate would have decided, refused, and how many of them are refused as the rules stand now. */
  changes: number;
  refused: number;
  refusedNow: number;
  /** The shapes that it would have refused, and why. */
  refusals: { asked: Asked; why: string }[];
};

/** A candidate has no version yet: in reasons it is "this rule". */
export type Candidate = Omit<ChangeRule, "id" | "version">;
const unborn = { id: "", version: 0 };

/**
 * Judges changes by the rules as they would stand with the candidate set. Changes of plans that have a rule of their own are
 * left out: the candidate would not have decided them.
 */
export function judgeWith<Asked extends AskedChanges>(
  asked: readonly Asked[],
  rules: readonly ChangeRule[],
  candidate: Candidate,
): Judged<Asked> {
  const then = withVersion(rules, { ...candidate, ...unborn });
  const governing = withVersion(rules, { ...candidate, ...unborn, followsWider: false });
  const judged: Judged<Asked> = { changes: 0, refused: 0, refusedNow: 0, refusals: [] };
  for (const change of asked) {
    const scope: RuleScope = { offerId: change.offerId, planId: change.previousPlanId };
    if (versionInForce(governing, scope)?.version !== unborn.version) continue;
    const decision = decide(change, null, versionInForce(then, scope));
    judged.changes += change.count;
    if (decide(change, null, versionInForce(rules, scope)).decision === "reject") judged.refusedNow += change.count;
    if (decision.decision === "accept") continue;
    judged.refused += change.count;
    judged.refusals.push({ asked: change, why: decision.reason });
  }
  return judged;
}
