/** What a tenant or a person in it may use. */
import { and, eq, sql } from "drizzle-orm";
import { plainGuid } from "../../../shared/guid.ts";
import type { Database } from "../connection/database.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { offers } from "../schema/offers.ts";
import { plans } from "../schema/plans.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** More than a customer has; the rest of a longer list is on the pages of `/subscriptions`. */
const maxEntitlements = 100;

export type EntitlementQuery = {
  tenant: string;
  /** Only what this person bought or was given. Null: all of the tenant. */
  beneficiary: string | null;
  offer: string | undefined;
};

const columns = {
  id: s.id,
  name: s.name,
  offerId: s.offerId,
  offerName: offers.name,
  planId: s.planId,
  planName: plans.name,
  quantity: s.quantity,
  status: s.status,
  holdAt: s.holdAt,
  holdReason: s.holdReason,
  holdBy: s.holdBy,
  termUnit: s.termUnit,
  termEndsOn: s.termEndsOn,
  isFreeTrial: s.isFreeTrial,
  isTest: s.isTest,
  beneficiaryObjectId: s.beneficiaryObjectId,
  version: s.version,
  ownVersion: s.ownVersion,
};

/** Full, suspended, none, ended: the same rule as `accessOf`. */
const rank = sql`case
  when ${s.status} = 'Subscribed' and ${s.holdAt} is null then 0
  when ${s.status} in ('Subscribed', 'Suspended') then 1
  when ${s.status} = 'PendingFulfillmentStart' then 2 else 3 end`;

/** Prepared, because planning them costs more than running them; the person apart, so that both columns of the index are used. */
const statementsOf = oncePerDatabase((db) => {
  const prepared = (name: string, isPerson: boolean) =>
    db
      .select(columns)
      .from(s)
      .leftJoin(offers, eq(offers.offerId, s.offerId))
      .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
      .where(
        and(
          sql`${s.beneficiaryTenantId} = any(${sql.placeholder("tenants")}::text[])`,
          isPerson ? sql`${s.beneficiaryObjectId} = any(${sql.placeholder("persons")}::text[])` : undefined,
          sql`(${sql.placeholder("offer")}::text is null or ${s.offerId} = ${sql.placeholder("offer")}::text)`,
        ),
      )
      .orderBy(rank, sql`coalesce(${s.purchasedAt}, '-infinity') desc`, s.id)
      .limit(maxEntitlements + 1)
      .prepare(name);
  return { ofTenant: prepared("entitlements_of_tenant", false), ofPerson: prepared("entitlements_of_person", true) };
});

/** Subscriptions whose beneficiary is the tenant, or the person; those with full access first, then the newest. */
export async function findEntitlements(db: Database, { tenant, beneficiary, offer }: EntitlementQuery) {
  const { ofTenant, ofPerson } = statementsOf(db);
  const values = { tenants: spellingsOf(tenant), offer: offer ?? null };
  const rows =
    beneficiary === null
      ? await ofTenant.execute(values)
      : await ofPerson.execute({ ...values, persons: spellingsOf(beneficiary) });
  return { rows: rows.slice(0, maxEntitlements), hasMore: rows.length > maxEntitlements };
}

export type EntitlementRow = Awaited<ReturnType<typeof findEntitlements>>["rows"][number];

/** An ID as it was given, in lowercase, and in lowercase without braces. */
export function spellingsOf(id: string): string[] {
  return [...new Set([id, id.toLowerCase(), plainGuid(id)])];
}
