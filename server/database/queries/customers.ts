/** Reads customers: the list from their listings, a customer's page from its subscriptions. */
import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { CustomerFilters } from "../../../shared/filters.ts";
import { ownerNone } from "../../../shared/filters.ts";
import { isStorable } from "../../domain/storable-text.ts";
import type {
  CustomerAnswer,
  CustomerMoney,
  CustomerPerson,
  CustomerRole,
  CustomerRow,
  CustomerView,
} from "../../../shared/views/customers.ts";
import { type MoneyState, recurringStates } from "../../../shared/money.ts";
import type { CustomerName, OwnCustomer } from "../../../shared/views/customer-name.ts";
import type { BoundedCount } from "../../../shared/views/subscriptions.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { Database, Executor } from "../connection/database.ts";
import { customers as c } from "../schema/customers.ts";
import { subscriptionMoney as m } from "../schema/money.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { customerKey, customerKeys, isOfCustomer } from "../statements/customer-key.ts";
import { after, pageOf, sizeOfPage, type SortType } from "../statements/keyset.ts";
import { textHas } from "./search-conditions.ts";
import { hasTag } from "./subscription-filter.ts";
import { listSubscriptions } from "./subscriptions.ts";

const rowColumns = {
  id: c.id,
  name: c.name,
  domains: c.domains,
  offers: c.offers,
  subscriptions: c.subscriptions,
  activeSubscriptions: c.activeSubscriptions,
  seats: c.seats,
  purchasedAt: c.purchasedAt,
  termEndsOn: c.termEndsOn,
  isTest: c.isTest,
  ownerId: c.ownerId,
  ownerName: c.ownerName,
  tags: c.tags,
};

type ListedRow = Omit<CustomerRow, "purchasedAt" | "mrr"> & { purchasedAt: Date | null };

function rowView({ purchasedAt, ...row }: ListedRow, mrr: CustomerRow["mrr"]): CustomerRow {
  return { ...row, purchasedAt: purchasedAt?.toISOString() ?? null, mrr };
}

/** Each the expression of an index. `id` is for exports, because it never changes. */
const orders: Record<
  NonNullable<CustomerFilters["sort"]> | "id",
  { expression: SQL; type: SortType; direction: "asc" | "desc" }
> = {
  name: { expression: sql`${c.name}`, type: "text", direction: "asc" },
  subscriptions: { expression: sql`${c.activeSubscriptions}`, type: "int", direction: "desc" },
  seats: { expression: sql`${c.seats}`, type: "bigint", direction: "desc" },
  purchased: {
    expression: sql`coalesce(${c.purchasedAt}, '-infinity')`,
    type: "timestamptz",
    direction: "desc",
  },
  termEnd: { expression: sql`coalesce(${c.termEndsOn}, 'infinity')`, type: "timestamptz", direction: "asc" },
  id: { expression: sql`${c.id}`, type: "text", direction: "asc" },
};

function matching(filters: Omit<CustomerFilters, "cursor" | "sort" | "order">): SQL | undefined {
  const { owner, tag, offer, active, test } = filters;
  return and(
    isNull(c.mergedInto),
    owner === ownerNone ? isNull(c.ownerId) : owner ? eq(c.ownerId, owner) : undefined,
    tag ? hasTag(c.tags, tag) : undefined,
    offer ? sql`${offer} = any(${c.offers})` : undefined,
    active === undefined ? undefined : active ? sql`${c.activeSubscriptions} > 0` : sql`${c.activeSubscriptions} = 0`,
    test === undefined ? undefined : eq(c.isTest, test),
    textHas(sql`${c.searchText}`, filters.q),
  );
}

/** One page of the list. Expects the result of `resolveOwnerMe`. @throws AppError `Invalid` for a foreign cursor */
export async function listCustomers(
  db: Database,
  filters: Omit<CustomerFilters, "sort"> & { sort?: CustomerFilters["sort"] | "id" },
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<CustomerRow>> {
  const chosen = orders[filters.sort ?? "purchased"];
  const direction = filters.order ?? chosen.direction;
  const word = direction === "asc" ? sql`asc` : sql`desc`;
  const rows = await db
    .select({ ...rowColumns, position: sql<string>`(${chosen.expression})::text` })
    .from(c)
    .where(and(matching(filters), after(filters.cursor, { ...chosen, direction, id: sql`${c.id}` })))
    .orderBy(sql`${chosen.expression} ${word}`, sql`${c.id} ${word}`)
    .limit(size + 1);
  const mrr = await mrrOf(
    db,
    rows.map(({ id }) => id),
  );
  return pageOf(
    rows,
    ({ position: _, ...row }) => rowView(row, mrr.get(row.id) ?? []),
    (row) => ({ value: row.position, id: row.id }),
    size,
  );
}

/** The MRR of these customers, with that of the customers merged into them. */
async function mrrOf(db: Database, ids: string[]): Promise<Map<string, CustomerRow["mrr"]>> {
  const { rows } = await db.execute<{ id: string; currency: string; monthly: string }>(sql`
    select wanted.id, ${m.currency} as currency, trim_scale(sum(${m.recurring}))::text as monthly
    from unnest(${sql.param(ids)}::text[]) wanted(id)
    cross join lateral unnest(${customerKeys(sql`wanted.id`)}) own(key)
    join ${s} on ${customerKey} = own.key
    join ${m} on ${m.subscriptionId} = ${s.id} and ${m.recurring} > 0
    group by wanted.id, ${m.currency} order by sum(${m.recurring}) desc, ${m.currency}`);
  const ofCustomers = Map.groupBy(rows, ({ id }) => id);
  return new Map(
    [...ofCustomers].map(([id, own]) => [id, own.map(({ currency, monthly }) => ({ currency, monthly }))]),
  );
}

/** How many customers the filters match, counted up to a maximum. Expects the result of `resolveOwnerMe`. */
export async function countCustomers(
  db: Database,
  filters: Omit<CustomerFilters, "cursor" | "sort" | "order">,
  limit: number,
): Promise<BoundedCount> {
  const some = db
    .select({ one: sql`1`.as("one") })
    .from(c)
    .where(matching(filters))
    .limit(limit + 1)
    .as("some");
  const count = await db.$count(some);
  return { count: Math.min(count, limit), isMore: count > limit };
}

/** Tags in use and owners of customers, for the filters. */
export async function listCustomerFacets(
  db: Database,
): Promise<{ tags: string[]; owners: { id: string; name: string }[] }> {
  const [given, owners] = await Promise.all([
    db.execute<{ name: string }>(
      sql`select name from tags where exists (select from ${c} where ${c.tags} @> array[tags.name]) order by name`,
    ),
    db.execute<{ id: string; name: string }>(sql`
      with recursive steps as (
        (select owner_id, owner_name from customers where owner_id is not null order by owner_id, id limit 1)
        union all
        select next.owner_id, next.owner_name from steps, lateral (
          select owner_id, owner_name from customers where owner_id > steps.owner_id order by owner_id, id limit 1) next
      )
      select owner_id as id, owner_name as name from steps order by owner_name`),
  ]);
  return { tags: given.rows.map(({ name }) => name), owners: owners.rows };
}

/** Subscriptions of a page; the list of subscriptions has the others. */
const maxRows = 100;
const maxPeople = 200;
const maxSimilar = 5;

/** A customer with its subscriptions and people; null if it has neither a listing nor subscriptions. */
export async function findCustomer(db: Database, id: string, staffId: string): Promise<CustomerAnswer | null> {
  if (!isStorable(id)) return null;
  const [row] = await db
    .select({ ...rowColumns, mergedInto: c.mergedInto })
    .from(c)
    .where(eq(c.id, id));
  if (row && row.mergedInto !== null) return { customer: null, movedTo: row.mergedInto };
  const [{ rows }, people, merged, similar, money] = await Promise.all([
    listSubscriptions(db, { customer: id }, maxRows),
    peopleOf(db, id),
    mergedInto(db, id),
    row ? similarTo(db, id, row.domains) : [],
    moneyOf(db, id),
  ]);
  // A customer is listed within seconds after its first subscription.
  if (!row && rows.length === 0) return null;
  const { mergedInto: _, ...listed } = row ?? { ...unlisted(id, rows), mergedInto: null };
  return {
    movedTo: null,
    customer: {
      ...rowView(
        listed,
        money.money.map(({ currency, mrr }) => ({ currency, monthly: mrr })),
      ),
      kind: id.startsWith("person-") ? "person" : id.startsWith("subscription-") ? "subscription" : "tenant",
      isMine: listed.ownerId === staffId,
      rows,
      people: people.slice(0, maxPeople),
      arePeopleCut: people.length > maxPeople,
      merged,
      ...money,
      similar,
    },
  };
}

function unlisted(id: string, rows: Awaited<ReturnType<typeof listSubscriptions>>["rows"]) {
  const active = rows.filter(({ status }) => status === "Subscribed" || status === "Suspended");
  return {
    id,
    name: rows.find(({ contactCompany }) => contactCompany)?.contactCompany ?? rows[0]?.name ?? id,
    domains: [],
    offers: [...new Set(rows.map(({ offerId }) => offerId))],
    subscriptions: rows.length,
    activeSubscriptions: active.length,
    seats: active.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0),
    purchasedAt: null,
    termEndsOn: null,
    isTest: false,
    ownerId: null,
    ownerName: null,
    tags: [],
  };
}

/** The newest subscriptions of a customer whose needs are shown. */
const maxWithNeeds = 500;

export async function customerSubscriptionIds(db: Database, id: string): Promise<string[]> {
  if (!isStorable(id)) return [];
  const { rows } = await db.execute<{ id: string }>(
    sql`select ${s.id} as id from ${s} where ${isOfCustomer(id)} order by ${s.updatedAt} desc limit ${maxWithNeeds}`,
  );
  return rows.map((row) => row.id);
}

async function peopleOf(db: Database, id: string): Promise<CustomerPerson[]> {
  const { rows } = await db.execute<{
    email: string;
    name: string | null;
    phone: string | null;
    roles: CustomerRole[];
    subscriptions: number;
  }>(sql`
    select lower(person.email) as email,
      (array_agg(person.name order by ${s.updatedAt} desc) filter (where person.name <> ''))[1] as name,
      (array_agg(person.phone order by ${s.updatedAt} desc) filter (where person.phone <> ''))[1] as phone,
      array_agg(distinct person.role) as roles, count(distinct ${s.id})::int as subscriptions
    from ${s}, lateral (values
      ('contact', ${s.contactEmail}, ${s.contactName}, ${s.contactPhone}),
      ('beneficiary', ${s.beneficiaryEmail}, null, null),
      (case when ${s.purchaserTenantId} <> ${s.beneficiaryTenantId} then 'reseller' else 'purchaser' end, ${s.purchaserEmail}, null, null)
    ) person(role, email, name, phone)
    where ${isOfCustomer(id)} and person.email <> ''
    group by 1 order by 'reseller' = any(array_agg(person.role)), max(${s.updatedAt}) desc, 1 limit ${maxPeople + 1}`);
  return rows;
}

const atRisk = ["suspended", "ending"] satisfies MoneyState[];

/** What its subscriptions come to; test purchases, trials and what has ended do not count. */
async function moneyOf(db: Database, id: string): Promise<Pick<CustomerView, "money" | "withoutPrice">> {
  const states = (wanted: readonly MoneyState[]) => sql`${m.state} = any(${sql.param(wanted)}::text[])`;
  const { rows } = await db.execute<CustomerMoney & { currency: string | null; unpriced: number }>(sql`
    select ${m.currency} as currency, trim_scale(sum(${m.recurring}))::text as mrr,
      trim_scale(sum(${m.recurring}) * 12)::text as arr,
      trim_scale(coalesce(sum(${m.recurring}) filter (where ${states(atRisk)}), 0))::text as "atRisk",
      count(*) filter (where ${m.monthly} is null)::int as unpriced
    from ${s} join ${m} on ${m.subscriptionId} = ${s.id} where ${isOfCustomer(id)} and ${states(recurringStates)}
    group by ${m.currency} order by sum(${m.recurring}) desc, ${m.currency}`);
  return {
    money: rows.flatMap(({ currency, mrr, arr, atRisk: ending }) =>
      currency === null || Number(mrr) === 0 ? [] : [{ currency, mrr, arr, atRisk: ending }],
    ),
    withoutPrice: rows.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
}

async function mergedInto(db: Database, id: string): Promise<(CustomerName & { subscriptions: number })[]> {
  return db
    .select({ id: c.id, name: c.name, subscriptions: c.subscriptions })
    .from(c)
    .where(eq(c.mergedInto, id))
    .orderBy(c.name, c.id);
}

async function similarTo(db: Database, id: string, domains: string[]) {
  if (domains.length === 0) return [];
  const { rows } = await db.execute<CustomerName & { domain: string; subscriptions: number }>(sql`
    select c.id, c.name, (select d from unnest(c.domains) d where d = any(${sql.param(domains)}::text[]) limit 1) as domain, c.subscriptions
    from customers c where c.domains && ${sql.param(domains)}::text[] and c.id <> ${id} and c.merged_into is null
    limit ${maxSimilar}`);
  return rows;
}

/** The most other subscriptions that are counted. */
const maxOthers = 99;

/** The customer of a subscription, with the number of its other subscriptions. */
export async function customerOfSubscription(db: Executor, subscriptionId: string): Promise<OwnCustomer | null> {
  const { rows } = await db.execute<{ id: string; name: string | null; company: string | null; others: number }>(sql`
    with own as (
      select ${customerKey} as key, coalesce(${s.contactCompany}, ${s.beneficiaryEmail}, ${s.name}) as company from ${s} where ${s.id} = ${subscriptionId}),
    root as (
      select own.company, coalesce(c.merged_into, own.key) as id from own left join customers c on c.id = own.key)
    select root.id, root.company, (select name from customers where id = root.id) as name,
      (select count(*)::int from (
        select from subscriptions where ${customerKey} = any(${customerKeys(sql`root.id`)})
        limit ${maxOthers + 2}) counted) - 1 as others
    from root`);
  const [row] = rows;
  if (!row) return null;
  return {
    id: row.id,
    name: row.name ?? row.company ?? row.id,
    others: { count: Math.min(row.others, maxOthers), isMore: row.others > maxOthers },
  };
}
