/** Reads where purchasers go from the landing page. */
import { desc, eq, isNull, or } from "drizzle-orm";
import type { DestinationMode } from "../../../shared/destinations.ts";
import { type RuleScope, activeVersion } from "../../../shared/scope.ts";
import type { DestinationView } from "../../../shared/views/destinations.ts";
import { isOfScope, maxVersionsShown } from "../statements/scope-condition.ts";
import type { Executor } from "../connection/database.ts";
import { destinations as d } from "../schema/destinations.ts";
import { isAllowedAddress } from "./allowed-origins.ts";

type Row = typeof d.$inferSelect;

/** The latest version of each scope: all, or those that apply to an offer. */
export async function latestDestinations(db: Executor, offerId?: string): Promise<Row[]> {
  return db
    .selectDistinctOn([d.offerId, d.planId])
    .from(d)
    .where(offerId === undefined ? undefined : or(isNull(d.offerId), eq(d.offerId, offerId)))
    .orderBy(d.offerId, d.planId, desc(d.version));
}

export type ActiveDestination = {
  mode: DestinationMode;
  url: string;
  opensOnReturn: boolean;
  /** Whether its origin is allowed; otherwise no one is sent there. */
  isAllowed: boolean;
};

/** The active destination of an offer and plan; null: purchasers stay on the landing page. */
export async function destinationOf(
  db: Executor,
  scope: { offerId: string; planId: string },
): Promise<ActiveDestination | null> {
  const active = activeVersion(await latestDestinations(db, scope.offerId), scope);
  if (!active?.mode || active.url === null) return null;
  const { mode, url, opensOnReturn } = active;
  return { mode, url, opensOnReturn, isAllowed: await isAllowedAddress(db, url) };
}

/** The latest version of exactly this scope; null if there was never one. */
export async function latestDestinationOf(db: Executor, scope: RuleScope): Promise<Row | null> {
  const [row] = await db.select().from(d).where(isOfScope(d, scope)).orderBy(desc(d.version)).limit(1);
  return row ?? null;
}

/** The versions of a scope's destination, the latest first. */
export async function listDestinationVersions(db: Executor, scope: RuleScope): Promise<DestinationView[]> {
  const rows = await db.select().from(d).where(isOfScope(d, scope)).orderBy(desc(d.version)).limit(maxVersionsShown);
  return rows.map(destinationView);
}

export function destinationView({ createdAt, actorKind, actorName, actorId: _, ...row }: Row): DestinationView {
  return { ...row, at: createdAt.toISOString(), actor: { kind: actorKind, name: actorName } };
}
