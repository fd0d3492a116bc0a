/** What the product API takes and gives. Its OpenAPI document is written from these. */
import { z } from "@hono/zod-openapi";
import { activationWaits } from "../../../shared/activation-policies.ts";
import { actorKinds } from "../../../shared/filters.ts";
import { accessKinds, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import { instantInput } from "../../../shared/moments.ts";
import { confirmedAccesses, eventKinds, productFacts } from "../../../shared/product.ts";

const id = z.string().min(1).max(200);
const instant = z.iso.datetime().meta({ example: "2026-11-25T14:03:00.000Z" });
const day = z.iso.date().meta({ example: "2026-12-25" });
const seats = z.int().min(1).max(1_000_000);
const cursor = z.string().min(1).max(400);

const limitOf = (otherwise: number) =>
  z.coerce
    .number("limit must be a number.")
    .int("limit must be a whole number.")
    .min(1, "limit is at least 1.")
    .max(500, "limit is at most 500.")
    .default(otherwise)
    .meta({ description: "How many at most.", example: otherwise });

export const subscriptionParams = z.object({
  id: id.meta({ description: "Microsoft's id of the subscription.", example: "7d2b1f0e-4f7c-4c5a-9d1e-2b1f0e4f7c4c" }),
});

export const subscriptionQuery = z.strictObject({
  status: z.enum(subscriptionStatuses).optional(),
  offer: id.optional().meta({ description: "The offer's id." }),
  plan: id.optional().meta({ description: "The plan's id; plan ids repeat between offers." }),
  updatedSince: instantInput("updatedSince must be an instant such as 2026-11-25T14:03:00Z.")
    .optional()
    .meta({ description: "Changed at this instant or later." }),
  cursor: cursor.optional().meta({ description: "The `next` of the former page." }),
  limit: limitOf(100),
});

export const changesQuery = z.strictObject({
  after: cursor.optional().meta({
    description:
      "The `next` of the former answer. Left out: from the very first event. `latest`: no events, only where the feed ends now.",
  }),
  limit: limitOf(100),
});

const party = z.object({
  email: z.string().nullable(),
  objectId: z.string().nullable(),
  tenantId: z.string().nullable(),
});

export const confirmationBody = z
  .strictObject({
    planId: z
      .string("planId must be text: the plan that the product has set up.")
      .trim()
      .min(1, "Name the plan that the product has set up.")
      .max(200),
    quantity: seats
      .nullable()
      .optional()
      .meta({ description: "Seats; null or left out when the product counts none." }),
    access: z
      .enum(confirmedAccesses, "access must be full, suspended or ended.")
      .meta({ description: "What the customer may do in the product now." }),
    reference: z
      .string()
      .trim()
      .max(200)
      .nullable()
      .optional()
      .meta({ description: "The product's own name for what it set up, such as a tenant's id." }),
    evidence: z
      .string()
      .trim()
      .max(500)
      .nullable()
      .optional()
      .meta({ description: "How the product knows, in a sentence; staff see it." }),
  })
  .meta({ id: "ConfirmationBody" });

const confirmation = z
  .object({
    planId: z.string(),
    quantity: seats.nullable(),
    access: z.enum(confirmedAccesses),
    reference: z.string().nullable(),
    evidence: z.string().nullable(),
    confirmedAt: instant.meta({ description: "When the product last said so." }),
    changedAt: instant.meta({ description: "When it first said exactly this." }),
    differsSince: instant
      .nullable()
      .meta({ description: "Since when it differs from the subscription; null: it does not." }),
    differences: z.array(z.enum(productFacts)).meta({ description: "In what it differs." }),
  })
  .meta({ id: "Confirmation" });

export const subscriptionShape = z
  .object({
    id: z.string(),
    name: z.string(),
    offerId: z.string(),
    planId: z.string(),
    quantity: seats.nullable().meta({ description: "Seats; null for a flat-rate plan." }),
    status: z.enum(subscriptionStatuses).meta({ description: "Microsoft's word." }),
    statusSince: instant,
    access: z.enum(accessKinds).meta({ description: "What the customer may do: follow this, not the status." }),
    accessReason: z.string().meta({ description: "Why, in a sentence." }),
    isOnHold: z.boolean().meta({ description: "The publisher's own stop." }),
    activation: z
      .object({ askedAt: instant, waitsFor: z.enum(activationWaits) })
      .nullable()
      .meta({
        description:
          "The purchaser has asked for the activation, and it waits: for staff, or for this product to confirm the plan, the seats and full access. Null: it does not wait.",
      }),
    term: z.object({
      unit: z.string().nullable(),
      startsOn: day
        .nullable()
        .meta({ description: "The first day of the term, as Microsoft states it: the same day in every time zone." }),
      endsOn: day.nullable().meta({ description: "The last day of the term, likewise." }),
      startsAt: instant.nullable().meta({
        deprecated: true,
        description: "`startsOn` as an instant, the start of that day in UTC. Use `startsOn`.",
      }),
      endsAt: instant.nullable().meta({
        deprecated: true,
        description: "`endsOn` as an instant, the start of the last day in UTC. Use `endsOn`.",
      }),
    }),
    autoRenews: z.boolean().nullable(),
    isFreeTrial: z.boolean(),
    isTest: z.boolean(),
    isReseller: z.boolean(),
    beneficiary: party,
    purchaser: party,
    contact: z
      .object({ name: z.string(), email: z.string(), company: z.string(), phone: z.string() })
      .nullable()
      .meta({ description: "What the purchaser told on the landing page." }),
    purchasedAt: instant.nullable(),
    updatedAt: instant,
    version: z.int().meta({ description: "Grows with each change." }),
    confirmation: confirmation.nullable().meta({ description: "What the product last confirmed; null: never." }),
  })
  .meta({ id: "Subscription" });
export type SubscriptionShape = z.infer<typeof subscriptionShape>;

const next = z.string().meta({ description: "Pass it to the next call." });

export const subscriptionPage = z
  .object({
    subscriptions: z.array(subscriptionShape),
    next: next.nullable().meta({ description: "Pass it as `cursor` for the next page; null: this was the last one." }),
  })
  .meta({ id: "SubscriptionPage" });

const values = z.record(z.string(), z.unknown()).nullable();

export const changeShape = z
  .object({
    id: z.uuid().meta({ description: "Stable: the same event has the same id whenever it is read." }),
    type: z.enum(eventKinds).meta({ description: "More may be added; ignore those that you do not know." }),
    at: instant,
    summary: z.string(),
    by: z.enum(actorKinds),
    subscriptionId: z.string(),
    before: values,
    after: values,
    subscription: subscriptionShape
      .nullable()
      .meta({ description: "As it is now, which may be later than the event: make the product equal to this." }),
  })
  .meta({ id: "Change" });
export type ChangeShape = z.infer<typeof changeShape>;

export const changePage = z
  .object({
    changes: z.array(changeShape),
    next: next.meta({ description: "Keep it, and pass it as `after`; also when there are no changes." }),
    hasMore: z.boolean().meta({ description: "Ask again at once." }),
  })
  .meta({ id: "ChangePage" });

export const problemShape = z
  .object({
    type: z.string().meta({ description: "Which kind of problem; for programs.", example: "urn:marketdesk:not-found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What happened and what to do, in a sentence." }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "What is wrong with which input." }),
  })
  .meta({ id: "Problem", description: "RFC 9457." });
export type ProblemShape = z.infer<typeof problemShape>;
