/** Emails that staff write to a customer. */
import { z } from "zod";
import { subscriptionIdInput, typed } from "./inputs/parts.ts";
import { languages } from "./languages.ts";

/** The type of their messages in the outbox. */
export const writtenMailType = "purchaser.written";

export const maxWrittenBody = 10_000;

export const writeToCustomerInput = z.strictObject({
  subscriptionId: subscriptionIdInput,
  /** One of the addresses of the subscription. */
  to: typed().trim().min(1, "Choose an address.").max(320),
  /** Of labels and footer; the text is as written. */
  language: z.enum(languages),
  subject: typed().trim().min(1, "Enter a subject.").max(200, "Keep the subject under 200 characters."),
  body: typed()
    .trim()
    .min(1, "Enter the text of the email.")
    .max(maxWrittenBody, `Keep the text under ${maxWrittenBody.toLocaleString("en-US")} characters.`),
  /** `desk`: Marketdesk sends it. `program`: it is opened in the mail program, which is only recorded. */
  via: z.enum(["desk", "program"]),
});
export type WriteToCustomerInput = z.infer<typeof writeToCustomerInput>;
