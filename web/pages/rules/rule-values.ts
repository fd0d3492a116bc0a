/** A rule as its form holds it, and back. */
import type { RuleLimits } from "../../../shared/change-rules.ts";
import type { RuleScope } from "../../../shared/scope.ts";
import { acceptsAll } from "../../../shared/change-rules.ts";
import { previewRuleInput, setRuleInput } from "../../../shared/inputs.ts";
import type { PreviewRuleInput, SetRuleInput } from "../../../shared/inputs.ts";
import type { ChangeRuleView } from "../../../shared/views/change-rules.ts";

export type RuleValues = {
  /** `all`: every change; `limits`: those within limits; `wider`: no rule of its own. */
  mode: "all" | "limits" | "wider";
  plans: "all" | "these";
  /** Those ticked. */
  allowedPlans: string[];
  /** Ids as typed, of plans that the desk has not heard of yet. */
  furtherPlans: string;
  /** Null: no limit. NaN: what is typed is no number. */
  min: number | null;
  max: number | null;
  /** Staff may answer while Microsoft waits. */
  asksStaff: boolean;
  reason: string;
};

/** The values to begin with: those of the latest version. */
export function valuesOf(own: ChangeRuleView | null, isForAll: boolean): RuleValues {
  const unset = isForAll ? "all" : "wider";
  return {
    mode: own === null || own.followsWider ? unset : acceptsAll(own) ? "all" : "limits",
    plans: own?.allowedPlans ? "these" : "all",
    allowedPlans: own?.allowedPlans ?? [],
    furtherPlans: "",
    min: own?.minQuantity ?? null,
    max: own?.maxQuantity ?? null,
    asksStaff: own?.asksStaff ?? false,
    reason: "",
  };
}

const noLimits: RuleLimits = { allowedPlans: null, minQuantity: null, maxQuantity: null };

/** The plans that the values name, ticked and typed. */
export function plansOf({ allowedPlans, furtherPlans }: RuleValues): string[] {
  const typed = furtherPlans.split(/[\s,;]+/).filter((planId) => planId !== "");
  return [...new Set([...allowedPlans, ...typed])];
}

function toPreviewInput(values: RuleValues, scope: RuleScope): PreviewRuleInput {
  const limits =
    values.mode === "limits"
      ? {
          allowedPlans: values.plans === "these" ? plansOf(values) : null,
          minQuantity: values.min,
          maxQuantity: values.max,
        }
      : noLimits;
  const followsWider = values.mode === "wider";
  const asksStaff = values.asksStaff && !followsWider;
  return { offerId: scope.offerId, planId: scope.planId, followsWider, ...limits, asksStaff };
}

/** What to try out; null while the values make no rule. */
export function previewInputOf(values: RuleValues, scope: RuleScope): PreviewRuleInput | null {
  const read = previewRuleInput.safeParse(toPreviewInput(values, scope));
  return read.success ? read.data : null;
}

const fieldOf: Record<string, keyof RuleValues> = {
  allowedPlans: "allowedPlans",
  minQuantity: "min",
  maxQuantity: "max",
  followsWider: "mode",
  reason: "reason",
};

/** The messages of an input's fields, under the names that the form gives them. */
export function atFields(messages: Record<string, string>): Partial<Record<keyof RuleValues, string>> {
  const named = Object.entries(messages).flatMap(([field, message]) => {
    const name = fieldOf[field];
    return name ? [[name, message] as const] : [];
  });
  return Object.fromEntries(named);
}

/** What to send, or what is wrong with the values. */
export function setInputOf(
  values: RuleValues,
  scope: RuleScope,
  seenVersion: number,
): { input: SetRuleInput } | { problems: Partial<Record<keyof RuleValues, string>> } {
  const read = setRuleInput.safeParse({ ...toPreviewInput(values, scope), seenVersion, reason: values.reason });
  if (read.success) return { input: read.data };
  const messages = read.error.issues.toReversed().map((issue) => [String(issue.path[0] ?? ""), issue.message] as const);
  return { problems: atFields(Object.fromEntries(messages)) };
}
