/** Planned changes: what staff want to happen to a subscription on a later day. */
import { z } from "zod";
import { isReasoned, oneReason, reasoned, subscriptionIdInput, planIdInput } from "./inputs/parts.ts";
import { quantityInput } from "./inputs/subscriptions.ts";
import { dayInput } from "./moments.ts";

/** Cancellations are never planned. */
export const plannedActions = ["changePlan", "changeQuantity", "suspend", "reinstate"] as const;
export type PlannedAction = (typeof plannedActions)[number];

/**
 * `waiting`: its day has not come, or it could not be tried yet. `requested`: Microsoft carries it out. `superseded`:
 * there was nothing left to do. `failed`: it could not be carried out, and needs attention until staff dismiss it.
 */
export const plannedChangeStates = [
  "waiting",
  "requested",
  "completed",
  "failed",
  "undone",
  "superseded",
  "dismissed",
] as const;
export type PlannedChangeState = (typeof plannedChangeStates)[number];

/** In whose name it is carried out. */
export const plannerKinds = ["staff", "product"] as const;
export type PlannerKind = (typeof plannerKinds)[number];

/** Days ahead that a change can be planned: a term of three years, and a little more. */
export const maxPlannedDays = 1_100;

const planned = {
  subscriptionId: subscriptionIdInput,
  ...reasoned,
  /** The day in UTC; null: the day after the term's last one. */
  on: dayInput.nullable(),
};

export const planChangeInput = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("changePlan"), planId: planIdInput, ...planned }),
    z.strictObject({ action: z.literal("changeQuantity"), quantity: quantityInput, ...planned }),
    z.strictObject({
      action: z.literal("suspend"),
      /** The day on which access is reinstated; null: when staff reinstate it. */
      until: dayInput.nullable(),
      ...planned,
    }),
    z.strictObject({ action: z.literal("reinstate"), ...planned }),
  ])
  .refine(isReasoned, oneReason);
export type PlanChangeInput = z.infer<typeof planChangeInput>;

export const plannedChangeInput = z.strictObject({ id: z.uuid("The ID of the planned change is missing.") });

/** Which planned changes are listed. */
export const plannedChangeLists = ["ahead", "failed", "ended"] as const;
export const plannedChangeFilters = z.strictObject({
  list: z.enum(plannedChangeLists).optional(),
  /** The id of a customer. */
  customer: z.string().trim().min(1).max(200).optional(),
  cursor: z.string().max(1_000).optional(),
});
export type PlannedChangeFilters = z.infer<typeof plannedChangeFilters>;
