/** A webhook delivery with what was decided on it, without personal data, to be replayed after an upgrade. */
import { z } from "zod";
import { operationOutcomes, subscriptionStatuses } from "./lifecycle.ts";

const answer = z.enum(["accept", "reject"]);

const facts = z.strictObject({
  offerId: z.string(),
  planId: z.string(),
  quantity: z.int().nullable(),
  status: z.enum(subscriptionStatuses),
});

export const pinnedCase = z.strictObject({
  format: z.literal(1),
  /** `ChangeQuantity, 2026-11-28`. */
  name: z.string().max(300),
  receivedAt: z.iso.datetime(),
  /** The body of the delivery, redacted. */
  body: z.string(),
  /** The rules that applied then, each the latest of its scope. */
  rules: z.array(
    z.strictObject({
      offerId: z.string().nullable(),
      planId: z.string().nullable(),
      followsWider: z.boolean(),
      allowedPlans: z.array(z.string()).nullable(),
      minQuantity: z.int().nullable(),
      maxQuantity: z.int().nullable(),
      asksStaff: z.boolean(),
    }),
  ),
  /** The subscription before; null if the delivery led to no operation. */
  before: facts.nullable(),
  /** Whether Microsoft knew the operation, and how it ended there. */
  microsoft: z.strictObject({ isKnown: z.boolean(), status: z.string().nullable() }),
  /** What staff answered; null if they were not asked or did not. */
  staffAnswer: answer.nullable(),
  /** What happened. */
  recorded: z.strictObject({
    isReadable: z.boolean(),
    decision: answer.nullable(),
    outcome: z.enum(operationOutcomes).nullable(),
    after: facts.nullable(),
  }),
});
export type PinnedCase = z.infer<typeof pinnedCase>;
