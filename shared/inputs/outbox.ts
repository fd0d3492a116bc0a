/** Inputs of the changes of endpoints and messages. */
import { z } from "zod";
import { reason, seenFingerprint, typed } from "./parts.ts";
import { instantInput } from "../moments.ts";
import { messageStates, rotationHours } from "../outbox.ts";
import { eventKinds } from "../product.ts";

const endpointId = z.uuid("The ID of the endpoint is missing.");
const messageRow = z.int("The ID of the message is missing.").min(1).max(Number.MAX_SAFE_INTEGER);

const endpointFields = {
  name: typed()
    .trim()
    .min(1, "Enter a name, such as the system that receives the messages.")
    .max(60, "Keep the name under 60 characters."),
  address: typed()
    .trim()
    .min(1, "Enter the address that receives the messages.")
    .max(1_000, "Keep the address under 1,000 characters."),
  /** Null: all, those of later versions too. */
  eventTypes: z.array(z.enum(eventKinds)).min(1, "Choose at least one event type, or all.").nullable(),
  /** Null: all. */
  offerIds: z.array(z.string().min(1).max(200)).min(1, "Choose at least one offer, or all.").max(100).nullable(),
};

export const createEndpointInput = z.strictObject(endpointFields);
export type CreateEndpointInput = z.infer<typeof createEndpointInput>;
export const editEndpointInput = z.strictObject({ id: endpointId, ...endpointFields, seenVersion: seenFingerprint });
export type EditEndpointInput = z.infer<typeof editEndpointInput>;

export const endpointInput = z.strictObject({ id: endpointId });
export type EndpointInput = z.infer<typeof endpointInput>;
export const reasonedEndpointInput = z.strictObject({ id: endpointId, reason });
export type ReasonedEndpointInput = z.infer<typeof reasonedEndpointInput>;

export const rotateSecretInput = z.strictObject({
  id: endpointId,
  /** For how many hours messages are also signed with the secret before. */
  overlapHours: z.union(
    rotationHours.map((hours) => z.literal(hours)),
    "Choose for how long both secrets sign.",
  ),
});
export type RotateSecretInput = z.infer<typeof rotateSecretInput>;

export const messageInput = z.strictObject({ id: messageRow });
export type MessageInput = z.infer<typeof messageInput>;

const resendKinds = ["failed", "missing"] as const;

/** `failed`: messages that failed or were stopped. `missing`: events of which the endpoint has no message. */
export const resendInput = z.strictObject({
  endpointId,
  kind: z.enum(resendKinds, "Choose what is sent again."),
  since: instantInput("since must be an instant such as 2026-11-25T14:03:00Z."),
});
export type ResendInput = z.infer<typeof resendInput>;
export const resendAllInput = resendInput.extend({
  /** The count that was shown: more than that is not sent unseen. */
  maxCount: z.int().min(1, "There is nothing to send again."),
});
export type ResendAllInput = z.infer<typeof resendAllInput>;

export const messageFilters = z.strictObject({
  state: z.enum(messageStates).optional(),
  receiver: z.uuid().optional(),
  type: z.string().max(100).optional(),
  subscription: z.string().max(200).optional(),
  cursor: z.string().max(400).optional(),
});
export type MessageFilters = z.infer<typeof messageFilters>;
