/** Reads the publisher's branding. */
import { desc, eq, isNull, or } from "drizzle-orm";
import { type Branding, brandingOfOffer, noBranding } from "../../../shared/branding.ts";
import type { BrandingView } from "../../../shared/views/branding.ts";
import { maxVersionsShown } from "../statements/scope-condition.ts";
import type { Executor } from "../connection/database.ts";
import { brandings as b, logos } from "../schema/branding.ts";

type Row = typeof b.$inferSelect;

/** The path of a logo. */
const logoPath = (sha256: string) => `/landing/logo/${sha256}`;

/** The latest version of each scope: all, or those that apply to an offer. */
export async function latestBrandings(db: Executor, offerId?: string): Promise<Row[]> {
  return db
    .selectDistinctOn([b.offerId])
    .from(b)
    .where(offerId === undefined ? undefined : or(isNull(b.offerId), eq(b.offerId, offerId)))
    .orderBy(b.offerId, desc(b.version));
}

/** The latest version of exactly this scope, null for all offers; null if there was never one. */
export async function latestBrandingOf(db: Executor, offerId: string | null): Promise<Row | null> {
  const [row] = await db.select().from(b).where(ofScope(offerId)).orderBy(desc(b.version)).limit(1);
  return row ?? null;
}

/** What purchasers of an offer see; null while the offer is not known. */
export async function readBranding(db: Executor, offerId: string | null): Promise<Branding> {
  if (offerId === null) return ownBranding(await latestBrandingOf(db, null));
  const rows = await latestBrandings(db, offerId);
  const of = (scope: string | null) => ownBranding(rows.find((row) => row.offerId === scope) ?? null);
  return brandingOfOffer(of(null), of(offerId));
}

/** The versions of a scope's branding, the latest first. */
export async function listBrandingVersions(db: Executor, offerId: string | null): Promise<BrandingView[]> {
  const rows = await db.select().from(b).where(ofScope(offerId)).orderBy(desc(b.version)).limit(maxVersionsShown);
  return rows.map(brandingView);
}

export async function findLogo(db: Executor, sha256: string) {
  const [logo] = await db.select().from(logos).where(eq(logos.sha256, sha256));
  return logo ?? null;
}

function ofScope(offerId: string | null) {
  return offerId === null ? isNull(b.offerId) : eq(b.offerId, offerId);
}

/** What a version says, without what it inherits. */
export function ownBranding(row: Row | null): Branding {
  if (row === null) return noBranding;
  return {
    publisherName: row.publisherName,
    accent: row.accent ?? "",
    supportEmail: row.supportEmail ?? "",
    supportUrl: row.supportUrl ?? "",
    termsUrl: row.termsUrl ?? "",
    privacyUrl: row.privacyUrl ?? "",
    introduction: row.introduction ?? {},
    nextSteps: row.nextStepsTexts ?? (row.nextSteps ? { en: row.nextSteps } : {}),
    logoUrl: row.logo ? logoPath(row.logo) : null,
  };
}

export function brandingView(row: Row): BrandingView {
  const { id, version, createdAt, actorKind, actorName, reason } = row;
  return {
    ...ownBranding(row),
    id,
    version,
    reason,
    at: createdAt.toISOString(),
    actor: { kind: actorKind, name: actorName },
  };
}
