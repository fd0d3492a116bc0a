/** Inputs of mutations. The dashboard's forms and the server's procedures use the same schemas, so both say the same. */
import { z } from "zod";

const subscriptionId = z.string().min(1, "Name the subscription.").max(200);

export const reason = z
  .string()
  .trim()
  .min(3, "Give a reason of at least 3 characters; it is kept on the record.")
  .max(500, "Keep the reason under 500 characters.");

export const activateInput = z.strictObject({ subscriptionId, reason });
export const suspendInput = z.strictObject({ subscriptionId, reason });
export const reinstateInput = z.strictObject({ subscriptionId, reason });
export const refreshInput = z.strictObject({ subscriptionId });

export const cancelInput = z.strictObject({
  subscriptionId,
  reason,
  /** The subscription's name, or its id when it has none, typed by the person as confirmation. */
  confirmation: z.string().trim().min(1, "Type the name of the subscription to confirm."),
});

export const changePlanInput = z.strictObject({
  subscriptionId,
  planId: z.string().trim().min(1, "Choose a plan.").max(200),
  reason,
});

export const changeQuantityInput = z.strictObject({
  subscriptionId,
  quantity: z
    .number("Seats must be a number.")
    .int("Seats must be a whole number.")
    .min(1, "A subscription has at least 1 seat.")
    .max(1_000_000, "Microsoft allows at most 1,000,000 seats."),
  reason,
});

const line = (name: string, max: number) => z.string().trim().max(max, `Keep ${name} under ${max} characters.`);

/** What the purchaser tells us on the landing page. */
export const contactInput = z.strictObject({
  name: line("the name", 200).min(1, "Enter a contact name."),
  email: z.email("Enter an e-mail address such as ada@example.com.").max(320),
  company: line("the company", 200).min(1, "Enter the name of your company."),
  phone: line("the phone number", 50).regex(
    /^[+()\d\s./-]*$/,
    "Use digits, spaces and + ( ) - only, or leave it empty.",
  ),
});
export type ContactInput = z.infer<typeof contactInput>;
