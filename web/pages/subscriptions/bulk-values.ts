/** What is entered for a bulk action, and the action that it makes. */
import type { BulkKind } from "../../../shared/bulk.ts";

/** The values of the fields, as typed. */
export type BulkValues = {
  /** `none`, `me`, or a colleague's id; empty if nothing is selected. */
  owner: string;
  add: string;
  remove: string;
  /** Whether to set or remove the follow-ups; empty if nothing is selected. */
  followUp: "" | "day" | "none";
  on: string;
  planId: string;
  quantity: number | null;
  template: string;
  reason: string;
  reasonCode: string;
};

export const noBulkValues: BulkValues = {
  owner: "",
  add: "",
  remove: "",
  followUp: "",
  on: "",
  planId: "",
  quantity: null,
  template: "",
  reason: "",
  reasonCode: "",
};

export type BulkProblems = Partial<Record<string, string>>;

export function actionOf(
  kind: BulkKind,
  { owner, add, remove, followUp, on, planId, quantity, template, reason, reasonCode }: BulkValues,
) {
  const list = (text: string) => text.split(",").flatMap((part) => part.trim() || []);
  switch (kind) {
    case "refresh":
      return { kind };
    case "assignOwner":
      return { kind, owner: owner === "none" ? null : owner };
    case "changeTags":
      return { kind, add: list(add), remove: list(remove) };
    case "setFollowUp":
      return { kind, on: followUp === "none" ? null : on };
    case "write":
      return { kind, template };
    case "changePlan":
      return { kind, planId, reason, reasonCode };
    case "changeQuantity":
      return { kind, quantity: quantity ?? Number.NaN, reason, reasonCode };
    default:
      return { kind, reason, reasonCode };
  }
}
