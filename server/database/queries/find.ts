/** The queries of the search field: few statements, each over an index and with few rows. */
import { and, desc, eq, inArray, or, sql, type SQL } from "drizzle-orm";
import type {
  FindView,
  FoundCustomer,
  FoundCall,
  FoundDelivery,
  FoundOperation,
  FoundPlan,
  FoundSubscription,
  FoundLandingProblem,
} from "../../../shared/views/find.ts";
import { normalizeText } from "../../../shared/normalize-text.ts";
import { type Alternative, isIdPart, type SearchInput, supportCodeIn, uuidRange } from "../../domain/search-input.ts";
import { planMark } from "../../domain/name-marks.ts";
import type { Database } from "../connection/database.ts";
import { activity, activityWords } from "../schema/activity.ts";
import { landingProblems } from "../schema/landing.ts";
import { marketplaceCalls as c } from "../schema/marketplace-calls.ts";
import { operations as o, operationSteps } from "../schema/operations.ts";
import { plans } from "../schema/plans.ts";
import { subscriptionEmails, subscriptionNotes, subscriptions as s } from "../schema/subscriptions.ts";
import { webhookDeliveries as d } from "../schema/deliveries.ts";
import { beginningWith, exactly, subscriptionHas, textHas, wordsIn } from "./search-conditions.ts";
import { listOffers } from "./subscription-counts.ts";

const maxFound = 8;
/** How many calls are read to find the ones of an operation. */
const maxSteps = 100;

type Id = NonNullable<SearchInput["id"]>;

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
  pasted: SearchInput,
  alternatives: readonly Alternative[] = [],
): Promise<FindView> {
  const { text, id } = pasted;
  if (text === "") return nothing;
  const [subscriptions, customers, operations, ownDeliveries, calls, found, landingProblems] = await Promise.all([
    findSubscriptions(db, pasted, alternatives),
    findCustomers(db, pasted, alternatives),
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

/** Customers that are examined: a text found in more is in no order worth a wait. */
const maxCustomers = 200;

/** Customers with active subscriptions first; by their notes and email domains if nothing else matches. */
async function findCustomers(
  db: Database,
  { text, id }: SearchInput,
  alternatives: readonly Alternative[],
): Promise<FoundCustomer[]> {
  if (id?.tail) return [];
  const found = await customersWith(db, textHas(sql`c.search_text`, text), null);
  if (found.length > 0) return found;
  const noted = sql`c.id in (
    select after->>'customer' from ${activity} where ${activity.kind} = 'customer.note_added'
      and ${activityWords(activity)} @@ ${wordsIn(text)} limit ${maxNotes})`;
  const byNotes = await customersWith(db, noted, "note");
  if (byNotes.length > 0) return byNotes;
  const domains = alternatives.filter(({ isDomain }) => isDomain).map((alternative) => alternative.text);
  if (domains.length === 0) return [];
  return customersWith(db, sql`c.domains && ${sql.param(domains)}::text[]`, `email domain ${domains[0]}`);
}

async function customersWith(db: Database, condition: SQL | undefined, matched: string | null) {
  if (condition === undefined) return [];
  const { rows } = await db.execute<Omit<FoundCustomer, "matched">>(sql`
    select id, name, domain, subscriptions, active as "activeSubscriptions" from (
      select c.id, c.name, c.domains[1] as domain, c.subscriptions, c.active_subscriptions as active
      from customers c where c.merged_into is null and ${condition} limit ${maxCustomers}) found
    order by active desc, name, id limit ${maxFound}`);
  return rows.map((row): FoundCustomer => ({ ...row, matched }));
}

/** The fields of a subscription that are searched, in the order in which a match is reported. */
const places = {
  id: s.id,
  name: s.name,
  contactCompany: s.contactCompany,
  contactName: s.contactName,
  contactEmail: s.contactEmail,
  contactPhone: s.contactPhone,
  beneficiaryEmail: s.beneficiaryEmail,
  purchaserEmail: s.purchaserEmail,
  beneficiaryTenantId: s.beneficiaryTenantId,
  purchaserTenantId: s.purchaserTenantId,
  beneficiaryObjectId: s.beneficiaryObjectId,
  purchaserObjectId: s.purchaserObjectId,
  planId: s.planId,
  offerId: s.offerId,
};

const placeWords: Record<keyof typeof places, string | null> = {
  id: "ID",
  name: null,
  contactCompany: "company",
  contactName: "contact",
  contactEmail: "contact's email",
  contactPhone: "contact's phone",
  beneficiaryEmail: "beneficiary's email",
  purchaserEmail: "purchaser's email",
  beneficiaryTenantId: "beneficiary's tenant",
  purchaserTenantId: "purchaser's tenant",
  beneficiaryObjectId: "beneficiary's object ID",
  purchaserObjectId: "purchaser's object ID",
  planId: "plan",
  offerId: "offer",
};

async function findSubscriptions(
  db: Database,
  pasted: SearchInput,
  alternatives: readonly Alternative[],
): Promise<FoundSubscription[]> {
  const [named, noted] = await Promise.all([findSubscriptionIds(db, pasted), findByNotes(db, pasted)]);
  const noteOf = new Set(noted.filter((id) => !named.includes(id)));
  const found = [...named, ...noteOf].slice(0, maxFound);
  const other = found.length > 0 ? null : await findAlternative(db, alternatives);
  const ids = other?.ids ?? found;
  if (ids.length === 0) return [];
  const rows = await db
    .select({ ...places, planName: plans.name, status: s.status, holdAt: s.holdAt })
    .from(s)
    .leftJoin(plans, and(eq(plans.offerId, s.offerId), eq(plans.planId, s.planId)))
    .where(inArray(s.id, ids))
    .orderBy(desc(s.updatedAt), desc(s.id));
  const rank = (row: { id: string }) => (row.id.toLowerCase().startsWith(pasted.text) ? 0 : noteOf.has(row.id) ? 2 : 1);
  return rows
    .toSorted((one, another) => rank(one) - rank(another))
    .map((row) => ({
      id: row.id,
      name: row.name || row.id,
      planName: row.planName ?? row.planId,
      status: row.status,
      isOnHold: row.holdAt !== null,
      customer: row.contactCompany ?? row.beneficiaryEmail,
      matched: other?.matched ?? (noteOf.has(row.id) ? "note" : placeOf(row, pasted.text)),
    }));
}

/** Notes that are examined: a text found in more identifies nothing. */
const maxNotes = 200;

/** Subscriptions with a note that contains the words, such as a ticket number. */
async function findByNotes(db: Database, { text, id, isEmail }: SearchInput): Promise<string[]> {
  if (isEmail || id?.tail) return [];
  const found = await db.execute<{ id: string }>(sql`
    select subscription_id as id from (
      select id, subscription_id from ${subscriptionNotes} n
      where to_tsvector('simple'::regconfig, n.text) @@ ${wordsIn(text)} limit ${maxNotes}) notes
    group by subscription_id order by max(id::text) desc limit ${maxFound}`);
  return found.rows.map((row) => row.id);
}

/** What a longer text or an unknown address may still mean: its first part that finds something. */
async function findAlternative(
  db: Database,
  alternatives: readonly Alternative[],
): Promise<{ ids: string[]; matched: string | null } | null> {
  for (const { text, isEmail, isDomain } of alternatives) {
    const ids = isDomain
      ? await idsByEmail(db, exactly(text))
      : await findSubscriptionIds(db, { text, id: null, isEmail });
    if (ids.length > 0) return { ids, matched: isDomain ? `email domain ${text}` : `“${text}”` };
  }
  return null;
}

const newest = sql`order by ${s.updatedAt} desc, ${s.id} desc`;
/** The same order in a form without an index, so that only the condition's index can be used. */
const newestOfFew = sql`order by ${s.updatedAt} + interval '0' desc, ${s.id} desc`;
/** Subscriptions with an address or domain that are examined. */
const maxWithEmail = 500;
/** Newest rows, among which a common text is found quickly; the others of them are read only if the first have it. */
const newestRows = 1_000;
const firstRows = 250;

async function idsOf(db: Database, query: SQL): Promise<string[]> {
  return (await db.execute<{ id: string }>(query)).rows.map(({ id }) => id);
}

/** Very many subscriptions may have a reseller's address; then any of them is returned. */
function idsByEmail(db: Database, wanted: SQL): Promise<string[]> {
  return idsOf(
    db,
    sql`
      select ${s.id} from (select * from ${s} where ${subscriptionEmails} @@ ${wanted} limit ${maxWithEmail}) ${s}
      ${newestOfFew} limit ${maxFound}`,
  );
}

async function findSubscriptionIds(db: Database, { text, isEmail }: SearchInput): Promise<string[]> {
  const fewWith = (condition: SQL | undefined) =>
    sql`select ${s.id} from ${s} where ${condition} ${newestOfFew} limit ${maxFound}`;
  if (isEmail) {
    const found = await idsByEmail(db, beginningWith(text));
    if (found.length > 0) return found;
  }
  const hasText = subscriptionHas(text);
  if (hasText === undefined) return [];
  if (text.split(" ").every(isIdPart)) return idsOf(db, fewWith(hasText));
  // A common text is found quickly among the newest rows, a rare one by the index. PostgreSQL would have to guess
  // which, and a wrong guess reads all rows.
  const amongNewest = (from: number, to: number, which: SQL) => sql`
    select ${s.id} from (select * from ${s} ${newest} limit ${to - from} offset ${from}) ${s} where ${which} and ${hasText} ${newest} limit ${maxFound}`;
  return idsOf(
    db,
    sql`
    with first as (${amongNewest(0, firstRows, sql`true`)}),
    further as (${amongNewest(firstRows, newestRows, sql`(select count(*) between 1 and ${maxFound - 1} from first)`)}),
    met as (select id from first union all select id from further limit ${maxFound}),
    among_all as (
      select ${s.id} from ${s} where (select count(*) from met) < ${maxFound} and ${hasText} ${newestOfFew} limit ${maxFound}
    )
    select id from met union select id from among_all`,
  );
}

function placeOf(row: { [Place in keyof typeof places]: string | null }, text: string): string | null {
  const words = text.split(" ");
  const normalized = (value: string | null) => (value === null ? "" : normalizeText(value));
  const names = Object.keys(places) as (keyof typeof places)[];
  const place = names.find((name) => words.every((word) => normalized(row[name]).includes(word)));
  return place === undefined ? "several places" : placeWords[place];
}

type FoundBy = FoundOperation & { marketplaceId: string | null };

async function findOperations(db: Database, id: Id): Promise<FoundBy[]> {
  const ofCalls = await findByCalls(db, id);
  const rows = await db
    .select({ operation: o, subscriptionName: s.name, offerId: s.offerId })
    .from(o)
    .leftJoin(s, eq(s.id, o.subscriptionId))
    .where(
      or(
        id.tail === "" ? eq(o.marketplaceId, id.head) : undefined,
        inUuids(sql`${o.id}`, id),
        ofCalls.size > 0 ? inArray(o.id, [...ofCalls.keys()]) : undefined,
        // Without any of these there is nothing to look for.
        sql`false`,
      ),
    )
    .orderBy(desc(o.id))
    .limit(maxFound);
  return rows.map(({ operation, subscriptionName, offerId }) => ({
    id: operation.id,
    marketplaceId: operation.marketplaceId,
    action: operation.action,
    planName:
      operation.action === "ChangePlan" && operation.planId !== null ? planMark(operation.planId, offerId) : null,
    quantity: operation.action === "ChangeQuantity" ? operation.quantity : null,
    subscriptionName: subscriptionName || operation.subscriptionId,
    outcome: operation.outcome,
    createdAt: operation.createdAt.toISOString(),
    matched: isLike(operation.marketplaceId, id)
      ? "Microsoft's operation ID"
      : isLike(operation.id, id)
        ? "operation ID"
        : (ofCalls.get(operation.id) ?? "call ID"),
  }));
}

/** Operations with a call to Microsoft that has an id with this beginning, and which id it was. */
async function findByCalls(db: Database, id: Id): Promise<Map<string, string>> {
  if (!isIdPart(id.head)) return new Map();
  const steps = await db
    .select({ operationId: operationSteps.operationId, calls: operationSteps.calls })
    .from(operationSteps)
    .where(sql`ids_of_calls(${operationSteps.calls}) @@ ${beginningWith(id.head)}`)
    .limit(maxSteps);
  const found = new Map<string, string>();
  for (const { operationId, calls } of steps) {
    for (const { requestId, correlationId, path } of calls) {
      const what = isLike(requestId, id)
        ? "request ID of a call"
        : isLike(correlationId, id)
          ? "correlation ID of its calls"
          : isLike(/\/operations\/([^/?]+)/.exec(path)?.[1] ?? null, id)
            ? "Microsoft's operation ID"
            : null;
      if (what !== null && found.size < maxFound && !found.has(operationId)) found.set(operationId, what);
    }
  }
  return found;
}

function isLike(value: string | null, { head, tail }: Id): boolean {
  const text = value?.toLowerCase() ?? "";
  return text.startsWith(head) && text.endsWith(tail);
}

/** The rows whose time-ordered key begins and ends like this; undefined if it cannot. */
function inUuids(key: SQL, { head, tail }: Id): SQL | undefined {
  const range = uuidRange(head);
  if (range === null) return undefined;
  const ending = tail === "" ? sql`` : sql` and right(${key}::text, ${tail.length}) = ${tail}`;
  return sql`(${key} between ${range.from}::uuid and ${range.to}::uuid${ending})`;
}

const deliveryColumns = {
  id: d.id,
  action: d.action,
  subscriptionId: d.subscriptionId,
  subscriptionName: s.name,
  receivedAt: d.receivedAt,
};

function deliveryView(
  row: { subscriptionId: string | null; receivedAt: Date } & Omit<FoundDelivery, "receivedAt" | "matched">,
  matched: string,
): FoundDelivery {
  const { subscriptionId, receivedAt, ...rest } = row;
  return {
    ...rest,
    subscriptionName: row.subscriptionName || subscriptionId,
    receivedAt: receivedAt.toISOString(),
    matched,
  };
}

async function findDeliveries(db: Database, id: Id): Promise<FoundDelivery[]> {
  const condition = inUuids(sql`${d.id}`, id);
  if (condition === undefined) return [];
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(s, eq(s.id, d.subscriptionId))
    .where(condition)
    .orderBy(desc(d.id))
    .limit(maxFound);
  return rows.map((row) => deliveryView(row, "ID"));
}

async function deliveriesOfFound(db: Database, operationId: string): Promise<FoundDelivery[]> {
  const rows = await db
    .select(deliveryColumns)
    .from(d)
    .leftJoin(s, eq(s.id, d.subscriptionId))
    .where(eq(d.operationId, operationId))
    .orderBy(d.id)
    .limit(maxFound);
  return rows.map((row) => deliveryView(row, "operation ID"));
}

/** Calls outside of operations, by the beginning of their request or correlation id. */
async function findCalls(db: Database, id: Id): Promise<FoundCall[]> {
  const isRequest = inUuids(sql`${c.requestId}`, id);
  const isCorrelation = inUuids(sql`${c.correlationId}`, id);
  if (isRequest === undefined || isCorrelation === undefined) return [];
  const rows = await db.select().from(c).where(or(isRequest, isCorrelation)).orderBy(desc(c.id)).limit(maxFound);
  return rows.map(({ at, ...call }) => ({
    ...call,
    name: callName(call.method, call.path),
    at: at.toISOString(),
    subscriptionId: /^\/saas\/subscriptions\/([^/]+)/.exec(call.path)?.[1]?.replace(/^resolve$/, "") || null,
    matched: isLike(call.requestId, id) ? "request ID" : "correlation ID",
  }));
}

/** What a call does, by its method and path. */
function callName(method: string, path: string): string {
  if (path.endsWith("/oauth2/v2.0/token")) return "Request token from Entra";
  if (path.endsWith("/openid-configuration")) return "Read Entra's configuration";
  if (path.endsWith("/keys")) return "Read Entra's signing keys";
  const [, , , about, what, operation] = path.split("/");
  if (about === "resolve") return "Resolve";
  if (about === undefined) return "List subscriptions";
  if (what === "activate") return "Activate";
  if (what === "listAvailablePlans") return "List available plans";
  if (what === "operations")
    return operation ? (method === "PATCH" ? "Acknowledge" : "Get operation") : "List operations";
  return { GET: "Get subscription", PATCH: "Change subscription", DELETE: "Cancel" }[method] ?? method;
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
