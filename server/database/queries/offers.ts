/** Offers with their names. */
import { asc } from "drizzle-orm";
import type { OfferView } from "../../../shared/views/settings.ts";
import type { Database } from "../connection/database.ts";
import { offers } from "../schema/offers.ts";
import { listOffersAndPlans } from "./known-offers.ts";
import { listOffers } from "./subscription-counts.ts";

/** All known offers by id, with the names that admins have set. */
export async function listNamedOffers(db: Database): Promise<OfferView[]> {
  const [facets, named] = await Promise.all([listOffers(db), db.select().from(offers).orderBy(asc(offers.offerId))]);
  const plans = await listOffersAndPlans(
    db,
    facets.offers,
    named.map(({ offerId }) => ({ offerId, planId: null })),
  );
  const nameOf = new Map(named.map((row) => [row.offerId, row]));
  return [...plans].map(([offerId, offered]) => {
    const row = nameOf.get(offerId);
    return {
      offerId,
      name: row?.name ?? null,
      named: row ? { byName: row.namedByName, at: row.namedAt.toISOString() } : null,
      plans: offered.map(({ planId, name }) => ({ planId, name })),
    };
  });
}
