/** Sets the look, the texts and the contacts of pages for purchasers: a new version for an offer, or for all offers. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { logoTooLarge, maxLogoBytes, type SetBrandingInput } from "../../../shared/branding.ts";
import type { LocalizedText } from "../../../shared/questions.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { latestBrandingOf } from "../../database/queries/branding.ts";
import { announce, record } from "../../database/record/record.ts";
import { brandings, logos } from "../../database/schema/branding.ts";
import { imageTypeOf } from "../../domain/image-type.ts";
import { scopeInWords } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";
import { requireAdmin } from "../require-admin.ts";

/**
 * Stores the next version.
 * @throws AppError `Forbidden` unless admin, `Invalid` for a file that is not an accepted image, `Conflict` if
 * someone else changed the branding in the meantime
 */
export async function setBranding(ctx: Context, input: SetBrandingInput): Promise<{ version: number }> {
  requireAdmin(ctx.actor, "Only an admin can set the branding.");
  const { offerId, seenVersion, reason, logo: given, ...texts } = input;
  const upload = given === "keep" || given === "none" ? null : readLogo(given);
  return ctx.db.transaction(async (tx) => {
    // Serialized, so that versions have no gaps; readers are not blocked.
    await tx.execute(sql`lock table ${brandings} in share row exclusive mode`);
    const former = await latestBrandingOf(tx, offerId);
    if ((former?.version ?? 0) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "A colleague"} has changed the branding. Review the change, then save yours again.`,
      );
    }
    if (upload) await tx.insert(logos).values(upload).onConflictDoNothing();
    const now = ctx.now();
    const [last] = await tx.select({ version: sql<number>`coalesce(max(${brandings.version}), 0)` }).from(brandings);
    const version = (last?.version ?? 0) + 1;
    const values = {
      ...withoutEmpty(texts),
      publisherName: texts.publisherName,
      logo: upload?.sha256 ?? (given === "keep" ? (former?.logo ?? null) : null),
    };
    await tx
      .insert(brandings)
      .values({ id: newId(now), version, offerId, ...values, reason, ...actorColumns(ctx.actor), createdAt: now });
    await record(tx, ctx.actor, now, [
      {
        kind: "branding.changed",
        summary: `Branding of the landing page for ${scopeInWords({ offerId, planId: null })}, version ${version}`,
        before: former && onRecord(former),
        after: onRecord(values),
        reason,
      },
    ]);
    await announce(tx, [{ topic: "setting", subscriptionId: null }]);
    return { version };
  });
}

function readLogo(base64: string) {
  const bytes = Buffer.from(base64, "base64");
  const type = imageTypeOf(bytes);
  const wrong = (message: string) => new AppError("Invalid", message, { fields: { logo: [message] } });
  if (type === null) throw wrong("This file isn't a PNG, JPEG or WebP image. Choose another file.");
  if (bytes.length > maxLogoBytes) throw wrong(logoTooLarge);
  return { sha256: createHash("sha256").update(bytes).digest("hex"), type, bytes };
}

type Texts = Omit<SetBrandingInput, "offerId" | "seenVersion" | "reason" | "logo">;

function withoutEmpty(texts: Texts) {
  const { accent, supportEmail, supportUrl, termsUrl, privacyUrl, introduction, nextSteps } = texts;
  return {
    accent: accent || null,
    supportEmail: supportEmail || null,
    supportUrl: supportUrl || null,
    termsUrl: termsUrl || null,
    privacyUrl: privacyUrl || null,
    introduction: withoutEmptyTexts(introduction),
    nextSteps: nextSteps.en || null,
    nextStepsTexts: withoutEmptyTexts(nextSteps),
  };
}

function withoutEmptyTexts(texts: LocalizedText): LocalizedText {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
}

type Stored = Pick<typeof brandings.$inferSelect, "publisherName" | "logo" | keyof ReturnType<typeof withoutEmpty>>;

function onRecord(branding: Stored) {
  const { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, logo } = branding;
  const { introduction, nextSteps, nextStepsTexts } = branding;
  return {
    publisher: publisherName || null,
    colour: accent,
    supportEmail,
    supportPage: supportUrl,
    terms: termsUrl,
    privacy: privacyUrl,
    ...inLanguages("introduction", introduction ?? {}),
    ...inLanguages("nextSteps", nextStepsTexts ?? (nextSteps ? { en: nextSteps } : {})),
    logo: logo && `image ${logo.slice(0, 12)}`,
  };
}

/** `nextSteps (de)` and so on; the bare name for English. */
function inLanguages(name: string, texts: LocalizedText): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([language, text]) => [language === "en" ? name : `${name} (${language})`, text]),
  );
}
