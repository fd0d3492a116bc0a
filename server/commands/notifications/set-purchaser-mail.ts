/** Switches an email to purchasers on or off, and sets its text in one language. */
import { eq } from "drizzle-orm";
import { languageNames } from "../../../shared/languages.ts";
import { purchaserMailKindLabels, type SetPurchaserMailInput } from "../../../shared/notifications.ts";
import { announce, record } from "../../database/record/record.ts";
import { mailVersionOf } from "../../database/queries/purchaser-mails.ts";
import { purchaserMails } from "../../database/schema/notices.ts";
import { lockExclusively } from "../../database/statements/exclusive-lock.ts";
import { actorColumns } from "../../domain/actor.ts";
import { AppError } from "../../errors.ts";
import { purchaserPlaceholders } from "../../texts/mails/purchaser-mails.ts";
import type { NotifyContext } from "./channel-parts.ts";
import { requireAdmin } from "../require-admin.ts";

/** @throws AppError `Forbidden` unless admin, `Invalid` for an unknown placeholder, `Conflict` if a colleague was faster */
export async function setPurchaserMail(
  ctx: NotifyContext,
  { kind, isEnabled, language, text, seenVersion }: SetPurchaserMailInput,
): Promise<void> {
  requireAdmin(ctx.actor, "Only an admin can change emails to purchasers.");
  if (text) refuseUnknownPlaceholders(text);
  const now = ctx.now();
  await ctx.db.transaction(async (tx) => {
    await lockExclusively(tx, "purchaser mails");
    const [former] = await tx.select().from(purchaserMails).where(eq(purchaserMails.kind, kind));
    if (mailVersionOf(former, language) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.changedByName ?? "A colleague"} has changed this email. Review it, then make your change again.`,
      );
    }
    const { [language]: formerText = null, ...others } = former?.texts ?? {};
    const texts = text === null ? others : { ...others, [language]: text };
    const values = { isEnabled, texts, changedByName: actorColumns(ctx.actor).actorName, changedAt: now };
    await tx
      .insert(purchaserMails)
      .values({ kind, ...values })
      .onConflictDoUpdate({ target: purchaserMails.kind, set: values });
    const onRecord = (isOn: boolean, of: typeof text) => ({
      isSent: isOn,
      language: languageNames[language],
      subject: of?.subject ?? null,
      text: of?.body ?? null,
    });
    await record(tx, ctx.actor, now, [
      {
        kind: "purchaser_mail.changed",
        summary: `Email to purchasers “${purchaserMailKindLabels[kind]}” ${isEnabled ? "changed" : "switched off"}`,
        before: onRecord(former?.isEnabled ?? true, formerText),
        after: onRecord(isEnabled, text),
      },
    ]);
    await announce(tx, [{ topic: "notification", subscriptionId: null }]);
  });
}

function refuseUnknownPlaceholders({ subject, body }: { subject: string; body: string }): void {
  for (const [field, text] of Object.entries({ subject, body })) {
    const unknown = [...text.matchAll(/\{(\w+)\}/g)].find(
      ([, name]) => !purchaserPlaceholders.some((one) => one === name),
    );
    if (!unknown) continue;
    const message = `There is no placeholder ${unknown[0]}. Use ${purchaserPlaceholders.map((name) => `{${name}}`).join(", ")}.`;
    throw new AppError("Invalid", message, { fields: { [field]: [message] } });
  }
}
