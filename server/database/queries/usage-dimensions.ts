/** The metering dimensions of plans: Microsoft's data, and what admins say they include. */
import { sql } from "drizzle-orm";
import type { Executor } from "../connection/database.ts";
import type { IncludedByTerm } from "../schema/usage-dimensions.ts";

export type PlanDimension = {
  offerId: string;
  planId: string;
  dimension: string;
  name: string;
  unit: string | null;
  /** As decimal digits. */
  pricePerUnit: string | null;
  currency: string | null;
  included: { admin: IncludedByTerm | null; microsoft: IncludedByTerm | null };
  /** The version of the admins' entry; 0: none. */
  version: number;
};

type Row = {
  offer_id: string;
  plan_id: string;
  dimension: string;
  name: string | null;
  unit: string | null;
  price_per_unit: string | null;
  currency: string | null;
  admin: IncludedByTerm | null;
  microsoft: IncludedByTerm | null;
  version: number | null;
};

/** The dimensions of all plans. */
export async function listDimensions(db: Executor): Promise<PlanDimension[]> {
  const { rows } = await db.execute<Row>(sql`
    select offer_id, plan_id, dimension, d.name, d.unit, d.price_per_unit, d.currency, a.included as admin, d.included as microsoft, a.version
    from usage_dimensions d
    full join (select distinct on (offer_id, plan_id, dimension) * from usage_allowances
      order by offer_id, plan_id, dimension, version desc) a using (offer_id, plan_id, dimension)
    order by offer_id, plan_id, dimension`);
  return rows.map((row) => ({
    offerId: row.offer_id,
    planId: row.plan_id,
    dimension: row.dimension,
    name: row.name ?? row.dimension,
    unit: row.unit,
    pricePerUnit: row.price_per_unit,
    currency: row.currency,
    included: { admin: row.admin, microsoft: row.microsoft },
    version: row.version ?? 0,
  }));
}
