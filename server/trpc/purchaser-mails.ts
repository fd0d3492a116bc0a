/** Emails to purchasers: which are sent, their texts, a preview and a test. */
import { languages } from "../../shared/languages.ts";
import {
  type PreviewPurchaserMailInput,
  previewPurchaserMailInput,
  purchaserMailKinds,
  setPurchaserMailInput,
} from "../../shared/notifications.ts";
import type { MailPreview, PurchaserMailView } from "../../shared/views/notifications.ts";
import { testMail } from "../commands/notifications/test-mail.ts";
import { setPurchaserMail } from "../commands/notifications/set-purchaser-mail.ts";
import type { Database } from "../database/connection/database.ts";
import { mailVersionOf, readPurchaserMails } from "../database/queries/purchaser-mails.ts";
import { readBranding } from "../database/queries/branding.ts";
import { mailOf } from "../notify/letter/mail.ts";
import { purchaserLetter } from "../notify/purchaser/purchaser-letter.ts";
import { purchaserTexts } from "../texts/mails/purchaser-mails.ts";
import { adminProcedure, router, viewerProcedure } from "./init.ts";

const dayMs = 86_400_000;

/** The email about an example purchase. */
async function exampleLetter(db: Database, publicUrl: string, now: Date, input: PreviewPurchaserMailInput) {
  return purchaserLetter({
    ...input,
    branding: await readBranding(db, null),
    link: { isProduct: input.kind === "active", href: `${publicUrl}/landing` },
    subscription: {
      name: "Contoso Insight for Fabrikam",
      plan: "Contoso Insight (Team)",
      seats: 25,
      contactName: "Ada Moreau",
      supportCode: "7D2B1F0E",
    },
    deadline: new Date(now.getTime() + 7 * dayMs),
  });
}

export const purchaserMailsRouter = router({
  list: viewerProcedure.query(async ({ ctx }): Promise<PurchaserMailView[]> => {
    const stored = new Map((await readPurchaserMails(ctx.db)).map((row) => [row.kind, row]));
    return purchaserMailKinds.map((kind) => {
      const row = stored.get(kind);
      return {
        kind,
        isEnabled: row?.isEnabled ?? true,
        texts: row?.texts ?? {},
        defaults: Object.fromEntries(
          languages.map((language) => [language, purchaserTexts[language].mails[kind]]),
        ) as PurchaserMailView["defaults"],
        versions: Object.fromEntries(
          languages.map((language) => [language, mailVersionOf(row, language)]),
        ) as PurchaserMailView["versions"],
        changed: row ? { byName: row.changedByName, at: row.changedAt.toISOString() } : null,
      };
    });
  }),

  set: adminProcedure.input(setPurchaserMailInput).mutation(async ({ ctx, input }) => {
    await setPurchaserMail(ctx.command, input);
    return { ok: true as const };
  }),

  preview: viewerProcedure.input(previewPurchaserMailInput).query(async ({ ctx, input }): Promise<MailPreview> => {
    const letter = await exampleLetter(ctx.db, ctx.notifyTools.publicUrl, ctx.now(), input);
    return {
      language: input.language,
      direction: letter.direction,
      subject: letter.subject,
      sender: letter.sender,
      paragraphs: letter.paragraphs,
      facts: letter.facts,
      button: letter.button?.label ?? "",
      footer: [letter.footer.text, ...letter.footer.links.map(({ label }) => label)],
    };
  }),

  /** Sends the preview to the caller. */
  test: adminProcedure.input(previewPurchaserMailInput).mutation(({ ctx, input }) =>
    testMail(ctx.command, ctx.notifyTools, {
      to: ctx.staff.email,
      makeMail: async () => {
        const letter = await exampleLetter(ctx.db, ctx.notifyTools.publicUrl, ctx.now(), input);
        return { subject: letter.subject, ...(await mailOf(letter)) };
      },
    }),
  ),
});
