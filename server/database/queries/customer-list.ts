/** The list of customers. */
import { and, count, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import {
  type BoundedCustomerSort,
  boundedCustomerSorts,
  isBoundedSort,
  maxSortedRows,
} from "../../../shared/bounded-sorts.ts";
import { type CustomerFilters, ownerNone } from "../../../shared/filters.ts";
import { customerSortOrders } from "../../../shared/sort-orders.ts";
import { tooManyToSort } from "../../../shared/too-many-to-sort.ts";
import type { CustomerCount, CustomerRow } from "../../../shared/views/customers.ts";
import type { Page } from "../../../shared/views/page.ts";
import { AppError } from "../../errors.ts";
import type { Database, Executor } from "../connection/database.ts";
import { customers as c } from "../schema/customers.ts";
import { subscriptionMoney as m } from "../schema/money.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { type Place, readBoundedPage } from "../statements/bounded-page.ts";
import { customerKey, customerKeys } from "../statements/customer-key.ts";
import { readIdsInOrder } from "../statements/ids-in-order.ts";
import { after, pageOf, sizeOfPage, type SortType } from "../statements/keyset.ts";
import { nameCollation } from "../statements/name-order.ts";
import { maxCountedWithText, textHas } from "./search-conditions.ts";
import { hasTag } from "./subscription-filter.ts";

export const rowColumns = {
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

export function rowView({ purchasedAt, ...row }: ListedRow, mrr: CustomerRow["mrr"]): CustomerRow {
  return { ...row, purchasedAt: purchasedAt?.toISOString() ?? null, mrr };
}

type Sort = NonNullable<CustomerFilters["sort"]>;

/** Each the expression of an index. */
const indexedOrders: Record<Exclude<Sort, BoundedCustomerSort>, { expression: SQL; type: SortType }> = {
  name: { expression: sql`${c.name} ${nameCollation}`, type: "text" },
  subscriptions: { expression: sql`${c.activeSubscriptions}`, type: "bigint" },
  seats: { expression: sql`${c.seats}`, type: "bigint" },
  purchased: { expression: sql`coalesce(${c.purchasedAt}, '-infinity')`, type: "timestamptz" },
  termEnd: { expression: sql`coalesce(${c.termEndsOn}, 'infinity')`, type: "timestamptz" },
};

/** What the column shows; the MRR is computed only if there are few enough subscriptions. */
const places: Record<Exclude<BoundedCustomerSort, "mrr">, SQL> = {
  domain: sql`array_to_string(${c.domains}, ', ')`,
  owner: sql`${c.ownerName}`,
  tags: sql`array_to_string(${c.tags}, ', ')`,
};

/** The first amount that the column shows, by its currency, as in the list of subscriptions: amounts of two currencies cannot be compared. */
const mrrPlace = sql`(
  select ${m.currency} || lpad(least(sum(${m.recurring}), 999999999999999999)::numeric(28,10)::text, 30, '0')
  from ${s} join ${m} on ${m.subscriptionId} = ${s.id} and ${m.recurring} > 0
  where ${customerKey} = any(${customerKeys(sql`matched.id`)})
  group by ${m.currency} order by sum(${m.recurring}) desc, ${m.currency} limit 1)`;

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

/**
 * One page of the list. Expects the result of `resolveOwnerMe`.
 * @throws AppError `Invalid` for a foreign cursor, `Unprocessable` if there are too many to sort
 */
export async function listCustomers(
  db: Database,
  filters: CustomerFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<CustomerRow>> {
  const { sort = "purchased" } = filters;
  const page = isBoundedSort(boundedCustomerSorts, sort)
    ? await listSorted(db, { ...filters, sort }, size)
    : await listByIndex(db, { ...filters, sort }, size);
  return { ...page, rows: await withMrr(db, page.rows) };
}

/** Pages of the ids of all that match, in the list's order. @throws AppError `Unprocessable` if there are too many to sort */
export async function customerIdsInOrder(db: Database, filters: CustomerFilters): Promise<Iterable<string[]>> {
  const { sort = "purchased" } = filters;
  if (isBoundedSort(boundedCustomerSorts, sort)) {
    return [(await placesOf(db, { ...filters, sort }, maxSortedRows)).map(({ id }) => id)];
  }
  return readIdsInOrder(db, (tx, cursor, size) => listIdsByIndex(tx, { ...filters, sort, cursor }, size));
}

/** In no order. */
export async function customersById(db: Database, ids: string[]): Promise<CustomerRow[]> {
  return withMrr(db, await db.select(rowColumns).from(c).where(inArray(c.id, ids)));
}

async function withMrr(db: Database, rows: ListedRow[]): Promise<CustomerRow[]> {
  const mrr = await mrrOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => rowView(row, mrr.get(row.id) ?? []));
}

/** All that match are sorted in one statement, and the rows of the page are read by their ids. */
async function listSorted(
  db: Database,
  filters: CustomerFilters & { sort: BoundedCustomerSort },
  size: number,
): Promise<Page<ListedRow>> {
  const page = pageOf(
    await placesOf(db, filters, size),
    ({ id }) => id,
    ({ id, place }) => ({ value: place, id }),
    size,
  );
  const rows = await db.select(rowColumns).from(c).where(inArray(c.id, page.rows));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { ...page, rows: page.rows.flatMap((id) => byId.get(id) ?? []) };
}

async function placesOf(
  db: Database,
  { sort, ...filters }: CustomerFilters & { sort: BoundedCustomerSort },
  size: number,
): Promise<Place[]> {
  const isMrr = sort === "mrr";
  const matched = db
    .select({
      id: c.id,
      place: sql<string | null>`${isMrr ? sql`null` : places[sort]}`.as("place"),
      size: sql`${isMrr ? sql`greatest(${c.subscriptions}, 1)` : sql`1`}`.as("size"),
    })
    .from(c)
    .where(matching(filters))
    .$dynamic();
  const found = await readBoundedPage(
    db,
    {
      matched,
      ...(isMrr ? { place: mrrPlace } : {}),
      isText: !isMrr,
      direction: filters.order ?? customerSortOrders[sort],
      cursor: filters.cursor,
    },
    size,
  );
  if (found === null) throw new AppError("Unprocessable", tooManyToSort("customers", sort));
  return found;
}

type IndexedFilters = CustomerFilters & { sort: keyof typeof indexedOrders };

/** What follows the cursor, in the order of an index. */
function inOrder({ sort, order, cursor, ...which }: IndexedFilters) {
  const chosen = indexedOrders[sort];
  const direction = order ?? customerSortOrders[sort];
  const word = direction === "asc" ? sql`asc` : sql`desc`;
  return {
    position: sql<string>`(${chosen.expression})::text`,
    where: and(matching(which), after(cursor, { ...chosen, direction, id: sql`${c.id}` })),
    orderBy: [sql`${chosen.expression} ${word}`, sql`${c.id} ${word}`],
  };
}

async function listByIndex(db: Database, filters: IndexedFilters, size: number): Promise<Page<ListedRow>> {
  const { position, where, orderBy } = inOrder(filters);
  const rows = await db
    .select({ ...rowColumns, position })
    .from(c)
    .where(where)
    .orderBy(...orderBy)
    .limit(size + 1);
  return pageOf(
    rows,
    ({ position: _, ...row }) => row,
    (row) => ({ value: row.position, id: row.id }),
    size,
  );
}

async function listIdsByIndex(db: Executor, filters: IndexedFilters, size: number): Promise<Page<string>> {
  const { position, where, orderBy } = inOrder(filters);
  const rows = await db
    .select({ id: c.id, position })
    .from(c)
    .where(where)
    .orderBy(...orderBy)
    .limit(size + 1);
  return pageOf(
    rows,
    ({ id }) => id,
    (row) => ({ value: row.position, id: row.id }),
    size,
  );
}

const monthlyOfCustomers = oncePerDatabase((db) =>
  db
    .select({
      id: sql<string>`found.id`,
      currency: sql<string>`found.currency`,
      monthly: sql<string>`found.monthly::text`,
    })
    .from(
      sql`(
        select wanted.id, ${m.currency} as currency, trim_scale(sum(${m.recurring})) as monthly
        from unnest(${sql.placeholder("ids")}::text[]) wanted(id)
        cross join lateral unnest(${customerKeys(sql`wanted.id`)}) own(key)
        join ${s} on ${customerKey} = own.key
        join ${m} on ${m.subscriptionId} = ${s.id} and ${m.recurring} > 0
        group by wanted.id, ${m.currency}) found`,
    )
    .orderBy(sql`found.monthly desc, found.currency`)
    .prepare("mrr_of_customers"),
);

/** The MRR of these customers, with that of the customers merged into them. */
async function mrrOf(db: Database, ids: string[]): Promise<Map<string, CustomerRow["mrr"]>> {
  const ofCustomers = Map.groupBy(await monthlyOfCustomers(db).execute({ ids }), ({ id }) => id);
  return new Map(
    [...ofCustomers].map(([id, own]) => [id, own.map(({ currency, monthly }) => ({ currency, monthly }))]),
  );
}

/** How many customers the filters match, and their subscriptions, counted up to a maximum; lower with a text. Expects the result of `resolveOwnerMe`. */
export async function countCustomers(
  db: Database,
  filters: Omit<CustomerFilters, "cursor" | "sort" | "order">,
  max: number,
): Promise<CustomerCount> {
  const limit = filters.q ? Math.min(max, maxCountedWithText) : max;
  const some = db
    .select({ subscriptions: c.subscriptions })
    .from(c)
    .where(matching(filters))
    .limit(limit + 1)
    .as("some");
  const [found] = await db
    .select({ count: count(), subscriptions: sql<number>`coalesce(sum(${some.subscriptions}), 0)`.mapWith(Number) })
    .from(some);
  const { count: all = 0, subscriptions = 0 } = found ?? {};
  return { count: Math.min(all, limit), isMore: all > limit, subscriptions };
}

/** Tags in use and owners of customers, for the filters. */
export async function listCustomerFacets(
  db: Database,
): Promise<{ tags: string[]; owners: { id: string; name: string }[] }> {
  const [given, owners] = await Promise.all([
    db.execute<{ name: string }>(
      sql`select name from tags where exists (select from ${c} where ${c.tags} @> array[tags.name]) order by name ${nameCollation}`,
    ),
    db.execute<{ id: string; name: string }>(sql`
      with recursive steps as (
        (select owner_id, owner_name from customers where owner_id is not null order by owner_id, id limit 1)
        union all
        select next.owner_id, next.owner_name from steps, lateral (
          select owner_id, owner_name from customers where owner_id > steps.owner_id order by owner_id, id limit 1) next
      )
      select owner_id as id, owner_name as name from steps order by owner_name ${nameCollation}`),
  ]);
  return { tags: given.rows.map(({ name }) => name), owners: owners.rows };
}
