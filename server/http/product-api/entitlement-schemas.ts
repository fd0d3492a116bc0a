/** Inputs and outputs of the calls that say what a customer may use. */
import { z } from "@hono/zod-openapi";
import { rotateSigningKeyInput } from "../../../shared/inputs/keys.ts";
import { accessKinds } from "../../../shared/lifecycle.ts";
import { directoryId, named } from "./schemas.ts";

const exampleTenant = "8c1b6e2a-31c4-4f0b-9d55-0f7a1c2b3d4e";

export const entitlementQuery = z.strictObject({
  tenant: directoryId("tenant").meta({
    description: "The customer's Entra tenant: the claim `tid` of the person who signed in.",
    example: exampleTenant,
  }),
  user: directoryId("user").optional().meta({
    description:
      "The person's object ID: the claim `oid`. Required for personal accounts, which all share one tenant: only subscriptions with this beneficiary are returned.",
  }),
  offer: z.string().min(1).max(200).optional().meta({ description: "Only this offer." }),
});

const access = z.enum(accessKinds);

const entitlement = z
  .object({
    subscriptionId: z.string(),
    name: z.string().meta({ description: "The customer's name for the subscription." }),
    offer: named("offer"),
    plan: named("plan"),
    quantity: z.int().nullable().meta({ description: "Seats; null for a flat-rate plan." }),
    access,
    accessReason: z.string().meta({ description: "The reason, in a sentence." }),
    termUnit: z.string().nullable(),
    termEndsOn: z.iso.date().nullable(),
    isFreeTrial: z.boolean(),
    isTest: z.boolean(),
    isBeneficiary: z
      .boolean()
      .nullable()
      .meta({ description: "Whether Microsoft states `user` as the beneficiary; null without `user`." }),
    version: z.int().meta({ description: "Increases with each change." }),
  })
  .meta({ id: "Entitlement" });
export type EntitlementShape = z.infer<typeof entitlement>;

export const entitlementAnswer = z
  .object({
    tenant: z.string(),
    user: z.string().nullable(),
    access: access.meta({ description: "The best access of all entitlements; `none` without any." }),
    entitlements: z
      .array(entitlement)
      .meta({ description: "Full access first, then the newest. Ended subscriptions are last." }),
    hasMore: z.boolean().meta({ description: "There are more than 100; read the others from `/subscriptions`." }),
  })
  .meta({ id: "Entitlements" });
export type EntitlementsShape = z.infer<typeof entitlementAnswer>;

export const tokenQuery = entitlementQuery.extend({
  audience: z
    .string("Name the system that will check the token in `audience`.")
    .min(1, "audience must not be empty.")
    .max(200, "audience must have at most 200 characters.")
    .meta({
      description: "The claim `aud`: the system that checks the token, which must refuse tokens for others.",
      example: "https://app.contoso.example",
    }),
});

export const tokenAnswer = z
  .object({
    token: z.string().meta({ description: "A JWT that is valid for 15 minutes." }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "EntitlementToken" });

export const rotateSigningKeyBody = rotateSigningKeyInput.meta({ id: "RotateSigningKeyBody" });

export const handoffParams = z.object({
  jti: z
    .uuid("jti must be the claim of a handoff.")
    .meta({ description: "The claim `jti` of the handoff.", example: "7d2b1f0e-4f7c-4c5a-9d1e-2b1f0e4f7c4c" }),
});
