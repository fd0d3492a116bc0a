/** What a change rule would have done to earlier changes. */
import type { ChangeRule } from "../../shared/change-rules.ts";
import { activeVersion, type RuleScope, withVersion } from "../../shared/scope.ts";
import { decide } from "./decision.ts";

/** Changes with the same plan or seats that customers requested. */
export type CustomerChanges = {
  action: string;
  offerId: string;
  previousPlanId: string;
  planId: string | null;
  quantity: number | null;
  count: number;
};

export type CandidateResult<Group> = {
  /**
   * How many changes the candidate would have decided, how many it would have rejected, and how many of the
   * rejected ones the current rules reject too.
   */
  changes: number;
  refused: number;
  refusedNow: number;
  /** The changes that it would have rejected, and why. */
  refusals: { asked: Group; why: string }[];
};

/** A candidate has no version yet; reasons call it "this rule". */
export type Candidate = Omit<ChangeRule, "id" | "version">;
const unborn = { id: "", version: 0 };

/**
 * Decides earlier changes with the candidate in place. Changes of plans with a rule of their own are excluded, because the
 * candidate would not have decided them.
 */
export function testCandidate<Group extends CustomerChanges>(
  asked: readonly Group[],
  rules: readonly ChangeRule[],
  candidate: Candidate,
): CandidateResult<Group> {
  const then = withVersion(rules, { ...candidate, ...unborn });
  const governing = withVersion(rules, { ...candidate, ...unborn, followsWider: false });
  const result: CandidateResult<Group> = { changes: 0, refused: 0, refusedNow: 0, refusals: [] };
  for (const change of asked) {
    const scope: RuleScope = { offerId: change.offerId, planId: change.previousPlanId };
    if (activeVersion(governing, scope)?.version !== unborn.version) continue;
    const decision = decide(change, null, activeVersion(then, scope));
    result.changes += change.count;
    if (decide(change, null, activeVersion(rules, scope)).decision === "reject") result.refusedNow += change.count;
    if (decision.decision === "accept") continue;
    result.refused += change.count;
    result.refusals.push({ asked: change, why: decision.reason });
  }
  return result;
}
