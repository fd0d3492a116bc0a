/** Sets the look of the landing page and the contacts that it names, as a new version. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { maxLogoBytes, type SetBrandingInput } from "../../../shared/inputs.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { Context } from "../../context.ts";
import { actorColumns } from "../../domain/actor.ts";
import { latestBranding } from "../../database/queries/settings.ts";
import { announce, record } from "../../database/record/record.ts";
import { brandings, logos } from "../../database/schema/branding.ts";
import { imageTypeOf } from "../../domain/image-type.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../database/statements/new-id.ts";

/**
 * Stores the next version.
 * @throws AppError `Forbidden` unless admin, `Invalid` for a file that is not an accepted image, `Conflict` if
 * someone else changed the branding in the meantime
 */
export async function setBranding(ctx: Context, input: SetBrandingInput): Promise<{ version: number }> {
  if (ctx.actor.kind === "staff" && !includesRole(ctx.actor.role, "admin")) {
    throw new AppError("Forbidden", "Only an admin can set the branding.");
  }
  const { seenVersion, reason, logo: given, ...texts } = input;
  const upload = given === "keep" || given === "none" ? null : readLogo(given);
  return ctx.db.transaction(async (tx) => {
    // Serialized, so that versions have no gaps; readers are not blocked.
    await tx.execute(sql`lock table ${brandings} in share row exclusive mode`);
    const former = await latestBranding(tx);
    if ((former?.version ?? 0) !== seenVersion) {
      throw new AppError(
        "Conflict",
        `${former?.actorName ?? "A colleague"} has changed the branding. Reload the page, then make your change again.`,
      );
    }
    if (upload) await tx.insert(logos).values(upload).onConflictDoNothing();
    const now = ctx.now();
    const version = seenVersion + 1;
    const values = {
      ...withoutEmpty(texts),
      publisherName: texts.publisherName,
      logo: upload?.sha256 ?? (given === "keep" ? (former?.logo ?? null) : null),
    };
    await tx
      .insert(brandings)
      .values({ id: newId(now), version, ...values, reason, ...actorColumns(ctx.actor), createdAt: now });
    await record(tx, ctx.actor, now, [
      {
        kind: "branding.changed",
        summary: `Branding of the landing page, version ${version}`,
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
  if (bytes.length > maxLogoBytes) throw wrong("The logo is larger than 64 kB. Reduce its size, or save it as WebP.");
  return { sha256: createHash("sha256").update(bytes).digest("hex"), type, bytes };
}

type Texts = Omit<SetBrandingInput, "seenVersion" | "reason" | "logo">;

function withoutEmpty(texts: Texts) {
  const { accent, supportEmail, supportUrl, termsUrl, privacyUrl, nextSteps } = texts;
  return {
    accent: accent || null,
    supportEmail: supportEmail || null,
    supportUrl: supportUrl || null,
    termsUrl: termsUrl || null,
    privacyUrl: privacyUrl || null,
    nextSteps: nextSteps || null,
  };
}

function onRecord(branding: ReturnType<typeof withoutEmpty> & { publisherName: string; logo: string | null }) {
  const { publisherName, accent, supportEmail, supportUrl, termsUrl, privacyUrl, nextSteps, logo } = branding;
  return {
    publisher: publisherName || null,
    colour: accent,
    supportEmail,
    supportPage: supportUrl,
    terms: termsUrl,
    privacy: privacyUrl,
    nextSteps,
    logo: logo && `image ${logo.slice(0, 12)}`,
  };
}
