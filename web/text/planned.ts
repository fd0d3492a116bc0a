/** Planned changes in words. */
import type { PlannedChangeState } from "../../shared/planned-changes.ts";
import type { PlannedChangeView } from "../../shared/views/planned-changes.ts";
import { formatNumber } from "./format.ts";
import type { Tone } from "./labels.ts";

/** `Change plan to Business`, `Change seats to 30`, `Suspend access`. */
export function plannedTitle({ action, planName, quantity }: PlannedChangeView): string {
  switch (action) {
    case "changePlan":
      return `Change plan to ${planName ?? ""}`;
    case "changeQuantity":
      return `Change seats to ${formatNumber(quantity ?? 0)}`;
    case "suspend":
      return "Suspend access";
    case "reinstate":
      return "Reinstate access";
  }
}

export const plannedStateLabels: Record<PlannedChangeState, { label: string; tone: Tone }> = {
  waiting: { label: "planned", tone: "info" },
  requested: { label: "at Microsoft", tone: "info" },
  completed: { label: "completed", tone: "good" },
  failed: { label: "failed", tone: "bad" },
  undone: { label: "undone", tone: "quiet" },
  superseded: { label: "dropped", tone: "quiet" },
  dismissed: { label: "failed, dismissed", tone: "quiet" },
};
