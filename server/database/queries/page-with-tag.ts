/** The page of a list with a tag, as a statement that reads few other rows. */
import { and, type SQL, sql } from "drizzle-orm";
import { subscriptions as s } from "../schema/subscriptions.ts";

/** Enough for a full page if at least one in forty tagged subscriptions matches. */
const examined = 2_000;

/**
 * The last changed of those with a tag. The index of tags has no order, so a common tag would be read completely; the index of tagged
 * subscriptions in this order has no tags, so it would be read completely for a rare one. PostgreSQL knows too little to choose.
 * @param page.which what matches, among it the tag
 * @param page.rest the rows after the previous page; undefined on the first
 */
export function pageWithTag(page: {
  columns: SQL;
  which: SQL | undefined;
  rest: SQL | undefined;
  order: SQL;
  size: number;
}): SQL {
  const { columns, which, rest, order, size } = page;
  // In the form of the index.
  const isTagged = sql`cardinality(${s.tags}) > 0`;
  const few = sql`(select * from ${s} where ${and(isTagged, rest)} order by ${order} limit ${sql.raw(String(examined))}) ${s}`;
  const isFull = sql`(select count(*) from among_few) = ${size}`;
  return sql`
    with among_few as (select ${columns} from ${few} where ${which} order by ${order} limit ${size}),
    among_all as (select ${columns} from ${s} where ${and(which, rest, sql`not ${isFull}`)} order by ${order} limit ${size})
    select * from among_few where ${isFull} union all select * from among_all`;
}
