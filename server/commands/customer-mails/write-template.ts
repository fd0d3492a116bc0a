/** Writes an email to the customer from a template, with the subscription's facts and in the purchaser's language. */
import { eq } from "drizzle-orm";
import type { PurchaserMailKind } from "../../../shared/notifications.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { subscriptions } from "../../database/schema/subscriptions.ts";
import { isTrueNow } from "../../domain/mail-templates.ts";
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
  const { status, termEndsOn, isFreeTrial, autoRenews } = subscriptions;
  const [row] = await ctx.db
    .select({ status, termEndsOn, isFreeTrial, autoRenews })
    .from(subscriptions)
    .where(eq(subscriptions.id, subscriptionId));
  if (!draft || !row) throw new AppError("NotFound", "There is no subscription with this ID.");
  const [address] = draft.addresses;
  const text = isTrueNow(template, row)
    ? draft.templates.find(({ kind }) => kind === template)?.texts[draft.language]
    : undefined;
  if (!text)
    throw new AppError("NotAllowedNow", "The template does not fit the state of this subscription. No email was sent.");
  if (!address) throw new AppError("NotAllowedNow", "This subscription has no address to write to. No email was sent.");
  const { email: to } = address;
  await writeToCustomer(ctx, { subscriptionId, to, language: draft.language, ...text, via: "desk" });
  return { to };
}
