/** Inputs about operations. */
import { z } from "zod";
import { maxRows } from "../filters.ts";
import { isReasoned, oneReason, reason, reasoned } from "./parts.ts";

const operationId = z.uuid("The ID of the operation is missing.");
export const replayInput = z.strictObject({ operationId, reason });
/** As many as the state of rows is read for. */
export const maxTriedAgain = maxRows;
export const tryAgainInput = z.strictObject({
  operationIds: z
    .array(operationId)
    .min(1, "Select at least one operation.")
    .max(maxTriedAgain, `Select at most ${maxTriedAgain} operations.`),
  reason,
});
export type TryAgainInput = z.infer<typeof tryAgainInput>;
export const answerOperationInput = z
  .strictObject({ operationId, answer: z.enum(["accept", "reject"]), ...reasoned })
  .refine((input) => input.answer === "accept" || isReasoned(input), oneReason);
export const skipInput = z.strictObject({ operationId, reason });
