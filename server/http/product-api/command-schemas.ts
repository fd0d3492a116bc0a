/** Inputs and outputs of the calls that change something. */
import { z } from "@hono/zod-openapi";
import { isReasoned, oneReason, reasoned, planIdInput } from "../../../shared/inputs/parts.ts";
import { quantityInput } from "../../../shared/inputs/subscriptions.ts";
import { productOperationActions, productOperationStates } from "../../../shared/product-operations.ts";

export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string("Send an Idempotency-Key header with a new random value for each command.")
    .min(1, "Idempotency-Key must not be empty.")
    .max(255, "Idempotency-Key must have at most 255 characters.")
    .regex(/^[\x21-\x7e]+$/, "Idempotency-Key must be visible ASCII characters without spaces, such as a UUID.")
    .meta({
      description:
        "A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response.",
      example: "5f0c2f4e-6a0e-4a55-9f5a-5c3b6b0e8a11",
    }),
});

export const reasonFields = {
  reason: reasoned.reason.meta({
    description: "The reason in at least 3 characters, for the audit trail. The customer does not see it.",
    example: "Requested by the customer in the product",
  }),
  reasonCode: reasoned.reasonCode.meta({ description: "The ID of a reason code, instead of a text." }),
};

const command = z.strictObject(reasonFields);
export const reasonBody = command.refine(isReasoned, oneReason).meta({ id: "ReasonBody" });
export const changePlanBody = command
  .extend({ planId: planIdInput.meta({ example: "business" }) })
  .refine(isReasoned, oneReason)
  .meta({ id: "ChangePlanBody" });
export const changeQuantityBody = command
  .extend({ quantity: quantityInput.meta({ description: "The number of seats.", example: 12 }) })
  .refine(isReasoned, oneReason)
  .meta({ id: "ChangeQuantityBody" });

export const operationParams = z.object({
  id: z.uuid("The ID of an operation is a UUID.").meta({ example: "019a8c2e-7f00-7a11-8c22-2b1f0e4f7c4c" }),
});

const actions = productOperationActions.map((action) => `\`${action}\``).join(", ");

export const operationShape = z
  .object({
    id: z.string(),
    subscriptionId: z.string(),
    action: z.string().meta({ description: `${actions}, or Microsoft's name of another operation.` }),
    state: z.enum(productOperationStates),
    detail: z.string().meta({ description: "The state in a sentence, for people." }),
    planId: z.string().nullable(),
    quantity: z.int().nullable(),
    requestedByName: z.string(),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Operation" });
