/** The list of subscriptions. */
import { and, eq, sql, type SQL } from "drizzle-orm";
import {
  type BoundedSubscriptionSort,
  boundedSubscriptionSorts,
  isBoundedSort,
  maxSortedRows,
} from "../../../shared/bounded-sorts.ts";
import type { Day } from "../../../shared/day.ts";
import type { SubscriptionFilters } from "../../../shared/filters.ts";
import { subscriptionSortOrders } from "../../../shared/sort-orders.ts";
import { tooManyToSort } from "../../../shared/too-many-to-sort.ts";
import type { Page } from "../../../shared/views/page.ts";
import type { BoundedCount, SubscriptionRow } from "../../../shared/views/subscriptions.ts";
import { AppError } from "../../errors.ts";
import type { Database, Executor } from "../connection/database.ts";
import { subscriptionMoney } from "../schema/money.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { type Place, readBoundedPage } from "../statements/bounded-page.ts";
import { readIdsInOrder } from "../statements/ids-in-order.ts";
import { after, pageOf, sizeOfPage } from "../statements/keyset.ts";
import { countByMoney } from "./money-counts.ts";
import { pageWithTag } from "./page-with-tag.ts";
import { maxCountedWithText } from "./search-conditions.ts";
import { lapseRange, matching, matchingWithMoney } from "./subscription-filter.ts";
import { boundedOrder, indexedOrders } from "./subscription-orders.ts";
import { subscriptionsById } from "./subscriptions.ts";

type ListFilters = SubscriptionFilters & { today?: Day };

/** One page of the list, in keyset order. @throws AppError `Invalid` for a foreign cursor, `Unprocessable` if there are too many to sort */
export async function listSubscriptions(
  db: Database,
  filters: ListFilters,
  size: number = sizeOfPage(filters.cursor),
): Promise<Page<SubscriptionRow>> {
  const { sort = "updated" } = filters;
  return isBoundedSort(boundedSubscriptionSorts, sort)
    ? listSorted(db, { ...filters, sort }, size)
    : listByIndex(db, { ...filters, sort }, size);
}

/** Pages of the ids of all that match, in the list's order. @throws AppError `Unprocessable` if there are too many to sort */
export async function subscriptionIdsInOrder(db: Database, filters: ListFilters): Promise<Iterable<string[]>> {
  const { sort = "updated" } = filters;
  if (isBoundedSort(boundedSubscriptionSorts, sort)) {
    return [(await placesOf(db, { ...filters, sort }, maxSortedRows)).map(({ id }) => id)];
  }
  return readIdsInOrder(db, (tx, cursor, size) => idsByIndex(tx, { ...filters, sort, cursor }, size));
}

/** All that match are sorted in one statement. */
async function listSorted(
  db: Database,
  filters: ListFilters & { sort: BoundedSubscriptionSort },
  size: number,
): Promise<Page<SubscriptionRow>> {
  const page = pageOf(
    await placesOf(db, filters, size),
    ({ id }) => id,
    ({ id, place }) => ({ value: place, id }),
    size,
  );
  return withRows(db, page);
}

/** Reads the rows of a page by their ids: the joins of one statement for both would be planned again for each combination of filters. */
async function withRows(db: Database, page: Page<string>): Promise<Page<SubscriptionRow>> {
  const rows = new Map((await subscriptionsById(db, page.rows)).map((row) => [row.id, row]));
  return { ...page, rows: page.rows.flatMap((id) => rows.get(id) ?? []) };
}

async function placesOf(
  db: Database,
  { sort, ...filters }: ListFilters & { sort: BoundedSubscriptionSort },
  size: number,
): Promise<Place[]> {
  const direction = filters.order ?? subscriptionSortOrders[sort];
  const order = {
    ...boundedOrder(db, sort, and(matching(filters), lapseRange(filters))),
    direction,
    cursor: filters.cursor,
  };
  const places = await readBoundedPage(db, order, size);
  if (places === null) throw new AppError("Unprocessable", tooManyToSort("subscriptions", sort));
  return places;
}

type IndexedFilters = ListFilters & { sort: keyof typeof indexedOrders };

function inOrder({ sort, order }: IndexedFilters, expression: SQL, id: SQL): SQL {
  const word = (order ?? subscriptionSortOrders[sort]) === "asc" ? sql`asc` : sql`desc`;
  return sql`${expression} ${word}, ${id} ${word}`;
}

function partsOfPage(filters: IndexedFilters) {
  const { sort, order, cursor, ...which } = filters;
  const chosen = indexedOrders[sort];
  const direction = order ?? subscriptionSortOrders[sort];
  return {
    place: chosen.expression,
    which: and(
      sort === "money" ? matchingWithMoney(which) : matching(which),
      sort === "money" && which.currency ? inCurrency(which.currency) : undefined,
      sort === "purchased" ? lapseRange(which) : undefined,
    ),
    rest: after(cursor, { ...chosen, direction, id: sql`${s.id}` }),
    order: inOrder(filters, chosen.expression, sql`${s.id}`),
  };
}

/** The part of the order by money that has this currency. Otherwise all amounts of the currencies before it are read. */
function inCurrency(currency: string): SQL {
  const place = indexedOrders.money.expression;
  // A place is the currency and an amount; every digit sorts before the tilde.
  return sql`${place} between ${currency} and ${`${currency}~`}`;
}

type IndexedPlace = { id: string; place: string };

/** The ids of one page and the first of the next. */
async function placesByIndex(db: Executor, filters: IndexedFilters, size: number): Promise<IndexedPlace[]> {
  const { place, which, rest, order } = partsOfPage(filters);
  if (filters.sort === "updated" && filters.tag) {
    const page = pageWithTag({ which, rest, order, columns: sql`${s.id}, ${place} as place`, size: size + 1 });
    const { rows } = await db.execute<IndexedPlace>(sql`
      select id, place::text as place from (${page}) page order by ${inOrder(filters, sql`page.place`, sql`page.id`)}`);
    return rows;
  }
  let found = db
    .select({ id: s.id, place: sql<string>`(${place})::text` })
    .from(s)
    .$dynamic();
  if (filters.sort === "money") found = found.innerJoin(subscriptionMoney, eq(subscriptionMoney.subscriptionId, s.id));
  return found
    .where(and(which, rest))
    .orderBy(order)
    .limit(size + 1);
}

async function idsByIndex(db: Executor, filters: IndexedFilters, size: number): Promise<Page<string>> {
  return pageOf(
    await placesByIndex(db, filters, size),
    ({ id }) => id,
    ({ id, place }) => ({ value: place, id }),
    size,
  );
}

async function listByIndex(db: Database, filters: IndexedFilters, size: number): Promise<Page<SubscriptionRow>> {
  return withRows(db, await idsByIndex(db, filters, size));
}

/** How many subscriptions the filters match, counted up to a maximum; lower with a text. Expects the result of `resolveOwnerMe`. */
export async function countMatching(
  db: Database,
  filters: SubscriptionFilters & { today?: Day },
  max: number,
): Promise<BoundedCount> {
  const limit = filters.q ? Math.min(max, maxCountedWithText) : max;
  const total = await countByMoney(db, filters, limit + 1);
  if (total !== null) return { count: Math.min(total, limit), isMore: total > limit };
  const some = db
    .select({ one: sql`1`.as("one") })
    .from(s)
    .where(and(matching(filters), lapseRange(filters)))
    .limit(limit + 1)
    .as("some");
  const count = await db.$count(some);
  return { count: Math.min(count, limit), isMore: count > limit };
}
