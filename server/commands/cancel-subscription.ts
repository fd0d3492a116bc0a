/** Asks Microsoft to end a subscription. */
import type { z } from "zod";
import type { cancelInput } from "../../shared/inputs.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { requestChange } from "./request-change.ts";

/** @throws AppError `Invalid` with the field `confirmation`, `NotAllowedNow`, `Forbidden`, `NotFound` */
export function cancelSubscription(ctx: Context, input: z.infer<typeof cancelInput>): Promise<{ operationId: string }> {
  const { subscriptionId, reason, confirmation } = input;
  return requestChange(ctx, {
    subscriptionId,
    reason,
    action: "cancel",
    check: ({ name, id }) => {
      if (confirmation === name || confirmation === id) return;
      const message = `Type "${name || id}" to confirm.`;
      throw new AppError("Invalid", message, { fields: { confirmation: [message] } });
    },
  });
}
