/** The role that each action on subscriptions needs, on a single one or in bulk. */
import type { BulkKind } from "./bulk.ts";
import type { StaffAction } from "./lifecycle.ts";
import type { Role } from "./roles.ts";

export const roleForAction = {
  activate: "operator",
  changePlan: "operator",
  changeQuantity: "operator",
  suspend: "operator",
  reinstate: "operator",
  cancel: "admin",
  refresh: "operator",
  assignOwner: "operator",
  changeTags: "operator",
  setFollowUp: "operator",
  write: "operator",
} as const satisfies Record<StaffAction | BulkKind, Role>;
