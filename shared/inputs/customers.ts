/** Inputs about customers. */
import { z } from "zod";
import { reason, typed } from "./parts.ts";
import { assignOwnerInput, tags } from "./subscriptions.ts";

export const customerId = typed().min(1, "The ID of the customer is missing.").max(200);
export const mergeCustomerInput = z.strictObject({
  customerId,
  into: typed().min(1, "Choose the other customer.").max(200),
  reason,
});
export const separateCustomerInput = z.strictObject({ customerId, reason });
export const assignCustomerInput = z.strictObject({ customerId, owner: assignOwnerInput.shape.owner });
export const customerTagsInput = z.strictObject({ customerId, add: tags, remove: tags });
