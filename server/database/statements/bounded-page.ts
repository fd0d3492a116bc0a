/** Pages in an order that no index has: all matching rows are read and sorted, so there must be few. */
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { maxSortedRows } from "../../../shared/bounded-sorts.ts";
import type { Database } from "../connection/database.ts";
import { decodeCursor } from "./keyset.ts";
import { nameCollation } from "./name-order.ts";

const byCharacter = sql`collate "C"`;

/** A longer text is sorted by its beginning, so that positions fit into an address. */
const maxPlaceLength = 100;

export type BoundedOrder = {
  /**
   * Selects each matching row once, without order and limit: `id`; `place`, the text that it is sorted by (null and empty texts are
   * last in both directions); and `size`, the number of rows that its place is computed from.
   */
  matched: { limit(rows: number): SQLWrapper };
  /** Computes the place from `matched`, after the sizes have been added up; without it, `matched` has the place. */
  place?: SQL;
  isText: boolean;
  direction: "asc" | "desc";
  cursor: string | undefined;
};

export type Place = { id: string; place: string | null };

/** The places of one page and the first of the next, in their order; null if there are too many rows to sort. */
export async function readBoundedPage(db: Database, order: BoundedOrder, size: number): Promise<Place[] | null> {
  const collation = order.isText ? nameCollation : byCharacter;
  const direction = order.direction === "asc" ? sql`asc` : sql`desc`;
  const inOrder = sql`place is null, place ${collation} ${direction}, id ${direction}`;
  const max = sql.raw(String(maxSortedRows));
  const { rows } = await db.execute<{ fits: boolean; id: string | null; place: string | null }>(sql`
    with matched as materialized ${order.matched.limit(maxSortedRows + 1)},
    bound as materialized (select coalesce(sum(size), 0) <= ${max} as fits from matched),
    placed as materialized (
      select id, nullif(left(${order.place ?? sql`place`}, ${sql.raw(String(maxPlaceLength))}), '') as place from matched
      where (select fits from bound)),
    page as (select id, place from placed ${isAfter(order, collation)} order by ${inOrder} limit ${size + 1})
    select fits, id, place from bound left join page on true order by ${inOrder}`);
  if (rows[0]?.fits !== true) return null;
  return rows.flatMap(({ id, place }) => (id === null ? [] : [{ id, place }]));
}

/** Rows without a place follow all others, by their ids. */
function isAfter({ cursor, direction }: BoundedOrder, collation: SQL): SQL {
  if (!cursor) return sql``;
  const { value, id } = decodeCursor(cursor);
  const sign = direction === "asc" ? sql`>` : sql`<`;
  return value === null
    ? sql`where place is null and id ${sign} ${id}::text`
    : sql`where place is null or (place ${collation}, id) ${sign} (${value}::text, ${id}::text)`;
}
