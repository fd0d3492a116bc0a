/** A usage event as a product or a file states it. */
import { z } from "zod";
import { instantInput } from "./moments.ts";

const id = (name: string) =>
  z
    .string(`${name} must be text.`)
    .trim()
    .min(1, `${name} is empty.`)
    .max(200, `${name} has more than 200 characters.`);

/** A positive decimal in plain notation, with up to ten digits before and after the point. */
export function isUsageQuantity(text: string): boolean {
  return /^\d{1,10}(\.\d{1,10})?$/.test(text) && /[1-9]/.test(text);
}

const fields = z.strictObject({
  id: id("id").meta({
    description:
      "Your own ID of the event. Reporting it again changes nothing, so repeat a call whose response you lost.",
    example: "call-7f3a",
  }),
  subscriptionId: id("subscriptionId").optional().meta({ description: "Microsoft's ID of the subscription." }),
  tenant: z
    .guid("tenant must be a GUID such as 8c1b6e2a-31c4-4f0b-9d55-0f7a1c2b3d4e.")
    .optional()
    .meta({ description: "With `offer`, instead of `subscriptionId`: the beneficiary's Entra tenant." }),
  offer: id("offer").optional().meta({ description: "The offer's ID. Needed with `tenant`." }),
  dimension: id("dimension").meta({ description: "The ID of a metering dimension of the plan.", example: "messages" }),
  quantity: z
    .string('quantity must be a decimal number as text, such as "12.5".')
    .refine(
      isUsageQuantity,
      'quantity must be a decimal number above 0 with at most ten digits before and ten after the point, such as "12.5".',
    )
    .meta({ description: "A decimal number above 0, as text.", example: "12.5" }),
  time: instantInput("time must be an instant such as 2026-11-25T14:03:00Z.").meta({
    description: "When the usage happened. Microsoft accepts usage for 24 hours.",
    example: "2026-11-25T14:03:00Z",
  }),
});

export const usageEventInput = fields.refine(
  ({ subscriptionId, tenant, offer }) =>
    subscriptionId === undefined
      ? tenant !== undefined && offer !== undefined
      : tenant === undefined && offer === undefined,
  { path: ["subscriptionId"], error: "Name the subscription: subscriptionId, or tenant and offer." },
);
