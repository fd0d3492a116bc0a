/** The queries of the search field: few statements, each over an index and with few rows. */
import { and, eq, sql } from "drizzle-orm";
import type {
  FindView,
  FoundCustomer,
  FoundDelivery,
  FoundOperation,
  FoundPlan,
  FoundSubscription,
  FoundLandingProblem,
} from "../../../shared/views/find.ts";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { type Alternative, type SearchInput, supportCodeIn } from "../../domain/search-input.ts";
import type { Database } from "../connection/database.ts";
import { activity } from "../schema/activity.ts";
import { landingProblems } from "../schema/landing.ts";
import { listOffers } from "./subscription-counts.ts";
import { findSubscriptions } from "./find-subscriptions.ts";
import { findCustomers } from "./find-customers.ts";
import { findOperations, findDeliveries, findCalls, deliveriesOfFound } from "./find-by-id.ts";
import { maxFound } from "./find-limits.ts";

const nothing: FindView = {
  subscriptions: [],
  customers: [],
  operations: [],
  deliveries: [],
  calls: [],
  plans: [],
  landingProblems: [],
  exact: null,
};

/**
 * All that the text may mean, the best of each kind first.
 * @param alternatives tried in order if no subscription matches the text itself
 */
export async function find(
  db: Database,
  input: SearchInput,
  alternatives: readonly Alternative[] = [],
): Promise<FindView> {
  const { text, id } = input;
  if (text === "") return nothing;
  const [subscriptions, customers, operations, ownDeliveries, calls, found, landingProblems] = await Promise.all([
    findSubscriptions(db, input, alternatives),
    findCustomers(db, input, alternatives),
    id ? findOperations(db, id) : [],
    id ? findDeliveries(db, id) : [],
    id ? findCalls(db, id) : [],
    findPlans(db, text),
    findLandingProblems(db, text),
  ]);
  const named = operations.find((operation) => operation.marketplaceId === text);
  const deliveries = named ? [...ownDeliveries, ...(await deliveriesOfFound(db, named.id))] : ownDeliveries;
  return {
    subscriptions,
    customers,
    operations: operations.map(({ marketplaceId: _, ...operation }) => operation),
    deliveries: deliveries.slice(0, maxFound),
    calls,
    plans: found,
    landingProblems,
    exact: exactOf(text, subscriptions, customers, named ?? operations.find((one) => one.id === text), ownDeliveries),
  };
}

function exactOf(
  text: string,
  subscriptions: FoundSubscription[],
  customers: FoundCustomer[],
  operation: FoundOperation | undefined,
  deliveries: FoundDelivery[],
): FindView["exact"] {
  const subscription = subscriptions.find(({ id }) => id.toLowerCase() === text);
  if (subscription) return { kind: "subscription", id: subscription.id };
  if (operation) return { kind: "operation", id: operation.id };
  const delivery = deliveries.find(({ id }) => id === text);
  if (delivery) return { kind: "delivery", id: delivery.id };
  const customer = customers.find(({ id }) => id === text);
  return customer ? { kind: "customer", id: customer.id } : null;
}

async function findLandingProblems(db: Database, text: string): Promise<FoundLandingProblem[]> {
  const supportCode = supportCodeIn(text);
  if (supportCode === null) return [];
  const [refused, others] = await Promise.all([
    db
      .select({ at: activity.at, summary: activity.summary })
      .from(activity)
      .where(and(eq(activity.kind, "landing.refused"), sql`(${activity.after}->>'supportCode') = ${supportCode}`))
      .limit(maxFound),
    db
      .select({ at: landingProblems.at, summary: landingProblems.summary })
      .from(landingProblems)
      .where(eq(landingProblems.supportCode, supportCode)),
  ]);
  return [...refused, ...others].map(({ at, summary }) => ({ supportCode, summary, at: at.toISOString() }));
}

async function findPlans(db: Database, text: string): Promise<FoundPlan[]> {
  const { offers } = await listOffers(db);
  return offers
    .flatMap(({ offerId, name: offerName, plans: offered }) => offered.map((plan) => ({ offerId, offerName, ...plan })))
    .filter(({ offerId, offerName, planId, name }) =>
      normalizeText(`${offerName} ${name} ${planId} ${offerId}`).includes(text),
    )
    .slice(0, maxFound);
}
