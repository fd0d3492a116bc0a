/** Converts a rule to its form's values and back. */
import type { RuleLimits } from "../../../shared/change-rules.ts";
import type { RuleScope } from "../../../shared/scope.ts";
import { acceptsAll } from "../../../shared/change-rules.ts";
import { previewRuleInput, setRuleInput } from "../../../shared/inputs/change-rules.ts";
import type { PreviewRuleInput, SetRuleInput } from "../../../shared/inputs/change-rules.ts";
import type { ChangeRuleView } from "../../../shared/views/change-rules.ts";

export type RuleValues = {
  /** `all`: accept all changes; `limits`: accept changes within limits; `wider`: inherit the wider rule. */
  mode: "all" | "limits" | "wider";
  plans: "all" | "these";
  /** The selected plans. */
  allowedPlans: string[];
  /** Ids of plans that Marketdesk does not know yet, as entered. */
  furtherPlans: string;
  /** null: no limit. NaN: the input is not a number. */
  min: number | null;
  max: number | null;
  /** Whether staff can answer while Microsoft waits. */
  asksStaff: boolean;
  reason: string;
  /** The version that the form was opened with. */
  seenVersion: number;
};

/** The initial values: those of the latest version. */
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
    seenVersion: own?.version ?? 0,
  };
}

const noLimits: RuleLimits = { allowedPlans: null, minQuantity: null, maxQuantity: null };

/** The selected and the entered plans. */
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

/** The input of the preview; null while the values are invalid. */
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

/** Validation messages by the form's field names. */
export function atFields(messages: Record<string, string>): Partial<Record<keyof RuleValues, string>> {
  const named = Object.entries(messages).flatMap(([field, message]) => {
    const name = fieldOf[field];
    return name ? [[name, message] as const] : [];
  });
  return Object.fromEntries(named);
}

/** The input to send, or the validation messages. */
export function setInputOf(
  values: RuleValues,
  scope: RuleScope,
): { input: SetRuleInput } | { problems: Partial<Record<keyof RuleValues, string>> } {
  const { seenVersion, reason } = values;
  const read = setRuleInput.safeParse({ ...toPreviewInput(values, scope), seenVersion, reason });
  if (read.success) return { input: read.data };
  const messages = read.error.issues.toReversed().map((issue) => [String(issue.path[0] ?? ""), issue.message] as const);
  return { problems: atFields(Object.fromEntries(messages)) };
}
