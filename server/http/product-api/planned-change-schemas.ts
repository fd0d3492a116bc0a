/** Inputs and outputs of the calls for planned changes. */
import { z } from "@hono/zod-openapi";
import { isReasoned, oneReason, planIdInput } from "../../../shared/inputs/parts.ts";
import { quantityInput } from "../../../shared/inputs/subscriptions.ts";
import { dayInput } from "../../../shared/moments.ts";
import { productPlannedActions, productPlannedStates } from "../../../shared/product-operations.ts";
import { reasonFields } from "./command-schemas.ts";

const dayField = {
  on: dayInput.nullable().meta({
    description: "The day in UTC on which the change is made; null: the day after the last day of the term.",
    example: "2026-12-01",
  }),
};
const day = z.iso.date();

export const planChangeBody = z
  .discriminatedUnion("action", [
    z.strictObject({
      action: z.literal("ChangePlan"),
      planId: planIdInput.meta({ example: "business" }),
      ...dayField,
      ...reasonFields,
    }),
    z.strictObject({
      action: z.literal("ChangeQuantity"),
      quantity: quantityInput.meta({ description: "The number of seats.", example: 12 }),
      ...dayField,
      ...reasonFields,
    }),
    z.strictObject({
      action: z.literal("Hold"),
      until: dayInput
        .nullable()
        .default(null)
        .meta({ description: "The day on which access is reinstated; null: someone reinstates it." }),
      ...dayField,
      ...reasonFields,
    }),
    z.strictObject({ action: z.literal("LiftHold"), ...dayField, ...reasonFields }),
  ])
  .refine(isReasoned, oneReason)
  .meta({ id: "PlanChangeBody" });
export type PlanChangeBody = z.output<typeof planChangeBody>;

export const plannedChangeParams = z.object({
  id: z.uuid("The ID of a planned change is a UUID.").meta({ example: "019a8c2e-7f00-7a11-8c22-2b1f0e4f7c4d" }),
});

export const plannedChangeShape = z
  .object({
    id: z.string(),
    subscriptionId: z.string(),
    action: z.enum(productPlannedActions),
    state: z.enum(productPlannedStates).meta({
      description:
        "`waiting` until its day; `in_progress` while Microsoft makes it; `dropped`: there was nothing left to do; `failed`: it could not be carried out, and staff are notified.",
    }),
    planId: z.string().nullable(),
    quantity: z.int().nullable(),
    on: day.meta({ description: "The day in UTC." }),
    isAtTermEnd: z.boolean().meta({ description: "Whether it moves with the end of the term." }),
    until: day.nullable().meta({ description: "For a hold, the day on which access is reinstated." }),
    problem: z.string().nullable().meta({ description: "Why the change failed or still waits, in a sentence." }),
    operationId: z
      .string()
      .nullable()
      .meta({ description: "The operation that makes the change; null before the planned day, and for holds." }),
    plannedByName: z.string(),
    plannedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "PlannedChange" });

export const plannedChangeList = z
  .object({ plannedChanges: z.array(plannedChangeShape) })
  .meta({ id: "PlannedChangeList" });
