/** Stores what Microsoft says about the metering dimensions of plans. */
import { sql } from "drizzle-orm";
import type { Database } from "../connection/database.ts";

type DimensionData = {
  id: string;
  name: string;
  unit: string | null;
  pricePerUnit: string | null;
  currency: string | null;
  included: Record<string, string>;
};

/** Dimensions are never removed: published ones cannot be, and earlier usage refers to them. */
export async function rememberDimensions(
  db: Database,
  offerId: string,
  plans: readonly { planId: string; dimensions: readonly DimensionData[] }[],
  seenAt: Date,
): Promise<void> {
  const rows = plans.flatMap(({ planId, dimensions }) => dimensions.map((dimension) => ({ planId, ...dimension })));
  if (rows.length === 0) return;
  await db.execute(sql`
    insert into usage_dimensions (offer_id, plan_id, dimension, name, unit, price_per_unit, currency, included, seen_at)
    select ${offerId}, "planId", "id", "name", "unit", "pricePerUnit", "currency", "included", ${seenAt.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row("planId" text, "id" text, "name" text, "unit" text,
      "pricePerUnit" numeric, "currency" text, "included" jsonb)
    order by "planId", "id"
    on conflict (offer_id, plan_id, dimension) do update set name = excluded.name, unit = excluded.unit,
      price_per_unit = excluded.price_per_unit, currency = excluded.currency, included = excluded.included, seen_at = excluded.seen_at`);
}
