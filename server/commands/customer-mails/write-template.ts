/** Writes an email to the customer from a template, with the subscription's facts and in the purchaser's language. */
import type { PurchaserMailKind } from "../../../shared/notifications.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readMailDraft } from "../../notify/purchaser/written-letter.ts";
import { writeToCustomer } from "./write-to-customer.ts";

/**
 * Sends it to the contact, or to the purchaser if there is none.
 * @throws AppError `NotFound`; `NotAllowedNow` without an address or a mail server, or if the template does not fit
 */
export async function writeTemplate(
  ctx: Context,
  { subscriptionId, template }: { subscriptionId: string; template: PurchaserMailKind },
): Promise<{ to: string }> {
  const draft = await readMailDraft(ctx.db, subscriptionId);
  if (!draft) throw new AppError("NotFound", "There is no subscription with this ID.");
  const [address] = draft.addresses;
  const text = draft.templates.find(({ kind }) => kind === template)?.texts[draft.language];
  if (!text)
    throw new AppError("NotAllowedNow", "The template does not fit the state of this subscription. No email was sent.");
  if (!address) throw new AppError("NotAllowedNow", "This subscription has no address to write to. No email was sent.");
  const { email: to } = address;
  await writeToCustomer(ctx, { subscriptionId, to, language: draft.language, ...text, via: "desk" });
  return { to };
}
