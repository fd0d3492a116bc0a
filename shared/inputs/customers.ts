/** Inputs about customers. */
import { z } from "zod";
import { reason, typed } from "./parts.ts";
import { assignOwnerInput, subscriptionId, tags } from "./subscriptions.ts";

export const customerId = typed().min(1, "The ID of the customer is missing.").max(200);
export const mergeCustomerInput = z.strictObject({
  customerId,
  into: typed().min(1, "Choose the other customer.").max(200),
  reason,
});
export const separateCustomerInput = z.strictObject({ customerId, reason });
export const assignCustomerInput = z.strictObject({ customerId, owner: assignOwnerInput.shape.owner });
/** More are changed by a bulk action, which can be followed and stopped. */
export const maxSubscriptionsOfOwnerChange = 500;
const ownerId = z.string().max(200).nullable();
export const restoreCustomerOwnersInput = z.strictObject({
  customerId,
  /** The owner that is taken back; null: unassigned. */
  seenOwner: ownerId,
  /** The customer's owner before. */
  owner: ownerId,
  subscriptions: z.array(z.strictObject({ id: subscriptionId, owner: ownerId })).max(maxSubscriptionsOfOwnerChange),
});
export const customerTagsInput = z.strictObject({ customerId, add: tags, remove: tags });
