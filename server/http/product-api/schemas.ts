/** Inputs and outputs of the product API; its OpenAPI document is generated from them. */
import { z } from "@hono/zod-openapi";
import { activationWaits } from "../../../shared/activation-policies.ts";
import { actorKinds } from "../../../shared/actors.ts";
import { plainGuid } from "../../../shared/guid.ts";
import { accessKinds, subscriptionStatuses } from "../../../shared/lifecycle.ts";
import { instantInput } from "../../../shared/moments.ts";
import { confirmedAccesses, eventKinds, productFacts } from "../../../shared/product.ts";

const id = z.string().min(1).max(200);
const instant = z.iso.datetime().meta({ example: "2026-11-25T14:03:00.000Z" });
const day = z.iso.date().meta({ example: "2026-12-25" });
const seats = z.int().min(1).max(1_000_000);
const cursor = z.string().min(1).max(400);

const limitOf = (defaultLimit: number) =>
  z.coerce
    .number("limit must be a number.")
    .int("limit must be a whole number.")
    .min(1, "limit must be at least 1.")
    .max(500, "limit must be at most 500.")
    .default(defaultLimit)
    .meta({ description: "The maximum number of rows.", example: defaultLimit });

export const subscriptionParams = z.object({
  id: id
    .overwrite(plainGuid)
    .meta({ description: "Microsoft's ID of the subscription.", example: "7d2b1f0e-4f7c-4c5a-9d1e-2b1f0e4f7c4c" }),
});

/**
 * Entra's IDs are GUIDs. Any version is accepted, because IDs of personal accounts do not follow the standard. In lower
 * case, as in Entra's tokens: signed entitlements have them as claims.
 */
export const directoryId = (name: string) => z.guid(`${name} must be a GUID such as ${exampleId}.`).toLowerCase();
const exampleId = "8c1b6e2a-31c4-4f0b-9d55-0f7a1c2b3d4e";

const email = z
  .string()
  .max(320, "email must have at most 320 characters.")
  .regex(/^[^\s@]+@[^\s@]+$/u, "email must be an address such as ada@example.com.");

const subscriptionFields = z.strictObject({
  status: z.enum(subscriptionStatuses).optional(),
  offer: id.optional().meta({ description: "The offer's ID." }),
  plan: id.optional().meta({ description: "The plan's ID; plan IDs are unique only within an offer." }),
  updatedSince: instantInput("updatedSince must be an instant such as 2026-11-25T14:03:00Z.")
    .optional()
    .meta({ description: "Changed at this instant or later." }),
  tenant: directoryId("tenant").optional().meta({
    description: "The Entra tenant of the purchaser or the beneficiary.",
    example: exampleId,
  }),
  objectId: directoryId("objectId").optional().meta({
    description: "The purchaser's or the beneficiary's object ID, which is unique only together with `tenant`.",
    example: exampleId,
  }),
  email: email
    .optional()
    .meta({ description: "The purchaser's or the beneficiary's address.", example: "ada@example.com" }),
  cursor: cursor.optional().meta({ description: "The `next` of the previous page." }),
  limit: limitOf(100),
});

export const subscriptionQuery = subscriptionFields.refine(
  ({ objectId, tenant }) => objectId === undefined || tenant !== undefined,
  { path: ["objectId"], error: "objectId needs tenant, because it is unique only within a tenant." },
);

export const changesQuery = z.strictObject({
  after: cursor.optional().meta({
    description:
      "The `next` of the previous response. Omitted: from the first event. `latest`: no events, only the current end of the feed.",
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
      .string("planId must be text: the plan that the product has provisioned.")
      .trim()
      .min(1, "Name the plan that the product has provisioned.")
      .max(200),
    quantity: seats
      .nullable()
      .optional()
      .meta({ description: "Seats; null or omitted if the product does not count them." }),
    access: z
      .enum(confirmedAccesses, "access must be full, suspended or ended.")
      .meta({ description: "What the customer may do in the product now." }),
    reference: z
      .string()
      .trim()
      .max(200)
      .nullable()
      .optional()
      .meta({ description: "The product's own ID for what it provisioned, such as a tenant ID." }),
    evidence: z
      .string()
      .trim()
      .max(500)
      .nullable()
      .optional()
      .meta({ description: "How the product knows, in a sentence; shown to staff." }),
  })
  .meta({ id: "ConfirmationBody" });

const confirmation = z
  .object({
    planId: z.string(),
    quantity: seats.nullable(),
    access: z.enum(confirmedAccesses),
    reference: z.string().nullable(),
    evidence: z.string().nullable(),
    confirmedAt: instant.meta({ description: "When the product last confirmed this." }),
    changedAt: instant.meta({ description: "When the product first confirmed exactly this." }),
    differsSince: instant
      .nullable()
      .meta({ description: "Since when the confirmation differs from the subscription; null if they match." }),
    differences: z.array(z.enum(productFacts)).meta({ description: "The differences." }),
  })
  .meta({ id: "Confirmation" });

export const named = (noun: string) =>
  z.object({
    id: z.string(),
    name: z
      .string()
      .nullable()
      .meta({ description: `The ${noun}'s display name; null until Microsoft has given it.` }),
  });

const money = z
  .object({
    amount: z.string().meta({ description: "A decimal number, as Microsoft states it.", example: "20.00" }),
    currency: z.string().meta({ description: "ISO 4217.", example: "USD" }),
    per: z.enum(["seat", "subscription"]).meta({ description: "What the amount is for, once per term." }),
    term: z.string().nullable().meta({ description: "An ISO 8601 duration.", example: "P1M" }),
  })
  .meta({ id: "Money" });

export const subscriptionShape = z
  .object({
    id: z.string(),
    name: z.string(),
    offerId: z.string(),
    planId: z.string(),
    offer: named("offer"),
    plan: named("plan"),
    price: money.nullable().meta({
      description: "The list price of its plan and term in its market; null if Microsoft has given none.",
    }),
    quantity: seats.nullable().meta({ description: "Seats; null for a flat-rate plan." }),
    status: z.enum(subscriptionStatuses).meta({ description: "Microsoft's status." }),
    statusSince: instant,
    access: z.enum(accessKinds).meta({ description: "What the customer may do. Follow this value, not the status." }),
    accessReason: z.string().meta({ description: "The reason, in a sentence." }),
    isOnHold: z.boolean().meta({ description: "The publisher has suspended access." }),
    activation: z
      .object({ askedAt: instant, waitsFor: z.enum(activationWaits) })
      .nullable()
      .meta({
        description:
          "When the purchaser requested an activation that waits for staff, or for this product to confirm plan, seats and full access. Null if it does not wait.",
      }),
    term: z.object({
      unit: z.string().nullable(),
      startsOn: day
        .nullable()
        .meta({ description: "The first day of the term, as Microsoft states it: the same day in every time zone." }),
      endsOn: day
        .nullable()
        .meta({ description: "The last day of the term, as Microsoft states it: the same day in every time zone." }),
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
      .meta({ description: "What the purchaser entered on the landing page." }),
    answers: z
      .array(
        z.object({
          id: z.string().meta({ description: "The question's ID." }),
          question: z.string().meta({ description: "The question in English, as it was asked." }),
          answer: z.union([z.string(), z.number(), z.boolean()]).meta({
            description: "Text, a number, a day such as 2027-03-14, the ID of a choice, or whether consent was given.",
          }),
        }),
      )
      .meta({ description: "Answers to the questions of the landing page, in the order of the form." }),
    purchasedAt: instant.nullable(),
    updatedAt: instant,
    version: z.int().meta({ description: "Increases with each change." }),
    confirmation: confirmation
      .nullable()
      .meta({ description: "The product's last confirmation; null if there is none." }),
  })
  .meta({ id: "Subscription" });
export type SubscriptionShape = z.infer<typeof subscriptionShape>;

const next = z.string().meta({ description: "Pass it to the next call." });

export const subscriptionPage = z
  .object({
    subscriptions: z.array(subscriptionShape),
    next: next.nullable().meta({ description: "Pass it as `cursor` for the next page; null on the last page." }),
  })
  .meta({ id: "SubscriptionPage" });

const values = z.record(z.string(), z.unknown()).nullable();

export const changeShape = z
  .object({
    id: z.uuid().meta({ description: "Stable: the same event always has the same ID." }),
    type: z.enum(eventKinds).meta({ description: "More may be added; ignore unknown kinds." }),
    at: instant.meta({ description: "When it happened." }),
    summary: z.string().meta({ description: "The change in a sentence." }),
    by: z.enum(actorKinds).exclude(["automation"]).meta({ description: "Who made the change." }),
    subscriptionId: z.string().meta({ description: "Microsoft's ID of the subscription." }),
    before: values.meta({ description: "The changed facts before the event." }),
    after: values.meta({ description: "The same facts after it." }),
    subscription: subscriptionShape
      .nullable()
      .meta({ description: "The current state, which may be later than the event: make the product match it." }),
  })
  .meta({ id: "Change" });
export type ChangeShape = z.infer<typeof changeShape>;

export const changePage = z
  .object({
    changes: z.array(changeShape),
    next: next.meta({ description: "Store it and pass it as `after`, even if there are no changes." }),
    hasMore: z.boolean().meta({ description: "There are more changes: call again immediately." }),
  })
  .meta({ id: "ChangePage" });

export const problemShape = z
  .object({
    type: z.string().meta({ description: "The type of problem, for programs.", example: "urn:marketdesk:not-found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What happened and what to do, in a sentence." }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "The errors of each input." }),
  })
  .meta({ id: "Problem", description: "RFC 9457." });
export type ProblemShape = z.infer<typeof problemShape>;
