/** Keyset pagination: the next page starts after the last row of this one, so depth costs nothing. */
import { type SQL, sql } from "drizzle-orm";
import { furtherPageSize, pageSize } from "../../../shared/filters.ts";
import type { Page } from "../../../shared/views/page.ts";
import { isStorable } from "../../domain/storable-text.ts";
import { AppError } from "../../errors.ts";

/** The end of a page: the sort value as text, unless ordered by id, and the id. */
type Position = {
  value: string | null;
  id: string;
  /** What else a reader has to find again; older versions ignore it. */
  mark?: string | null;
};

/** A position as opaque text for URLs. */
export function encodeCursor(position: Position): string {
  const { value, id, mark = null } = position;
  return Buffer.from(JSON.stringify(mark === null ? [value, id] : [value, id, mark])).toString("base64url");
}

/** @throws AppError `Invalid` for text that is not one of our cursors */
export function decodeCursor(cursor: string): Position {
  try {
    const [value, id, mark = null] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    const isText = (part: unknown) => typeof part === "string" && isStorable(part);
    const isTextOrNull = (part: unknown) => part === null || isText(part);
    if (isTextOrNull(value) && isText(id) && isTextOrNull(mark)) return { value, id, mark } as Position;
  } catch {
    // Same result as below.
  }
  throw foreignCursor();
}

/** A cursor that we did not issue. */
export class ForeignCursor extends AppError {
  constructor() {
    super("Invalid", "This page of the list cannot be opened. Start from the first page.");
  }
}

function foreignCursor(): AppError {
  return new ForeignCursor();
}

/** The text form of sort values in PostgreSQL; a cursor with another form is forged. */
const spellings = {
  text: /^/,
  bigint: /^-?\d{1,18}$/,
  timestamptz: /^(-?infinity|(?!0000)\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d)?))$/,
} as const;
export type SortType = keyof typeof spellings;

/**
 * The condition for rows after a cursor in the order (`expression`, `id`).
 * @param order.idType PostgreSQL compares a uuid with no text; `text` if absent
 */
export function after(
  cursor: string | undefined,
  order: { expression: SQL; type: SortType; id: SQL; idType?: "text" | "uuid"; direction: "asc" | "desc" },
): SQL | undefined {
  if (!cursor) return undefined;
  const { value, id } = decodeCursor(cursor);
  // None of our sort expressions is null, which no comparison would match.
  if (value === null || !spellings[order.type].test(value)) throw foreignCursor();
  const sign = order.direction === "asc" ? sql`>` : sql`<`;
  const { idType = "text" } = order;
  const end = sql`${idType === "uuid" ? uuidOf(id) : id}::${sql.raw(idType)}`;
  return sql`(${order.expression}, ${order.id}) ${sign} (${value}::${sql.raw(order.type)}, ${end})`;
}

/** The condition for rows older than a cursor in lists ordered by a time-ordered uuid, newest first. */
export function olderThan(cursor: string | undefined, id: SQL): SQL | undefined {
  return cursor ? sql`${id} < ${idAt(cursor)}::uuid` : undefined;
}

/** The id at a cursor of such a list. @throws AppError `Invalid` for text that is not one of its cursors */
export function idAt(cursor: string): string {
  const { value, id } = decodeCursor(cursor);
  if (value !== null) throw foreignCursor();
  return uuidOf(id);
}

/** Instances' clocks differ, and an id is created slightly before its row. */
const slackMs = 3_600_000;

/** The condition for rows in a time span, in a list ordered by a version 7 UUID, using its index. */
export function within(
  span: { from?: string | undefined; to?: string | undefined },
  id: SQL,
  at: SQL,
): SQL | undefined {
  const { from, to } = span;
  const parts = [
    from && sql`${id} >= ${firstIdAt(Date.parse(from) - slackMs)}::uuid and ${at} >= ${from}::timestamptz`,
    to && sql`${id} < ${firstIdAt(Date.parse(to) + slackMs)}::uuid and ${at} < ${to}::timestamptz`,
  ].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? undefined : sql.join(parts as SQL[], sql` and `);
}

/** The smallest version 7 UUID of this time. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.min(ms, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The size of the page at this cursor: the first one is smaller, to appear quickly. */
export function sizeOfPage(cursor: string | undefined): number {
  return cursor ? furtherPageSize : pageSize;
}

function uuidOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw foreignCursor();
}

/** Turns rows read with `limit size + 1` into a page. */
export function pageOf<Row, View>(
  rows: Row[],
  view: (row: Row) => View,
  position: (row: Row) => Position,
  size: number = pageSize,
): Page<View> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    rows: shown.map(view),
    nextCursor: rows.length > size && last !== undefined ? encodeCursor(position(last)) : null,
  };
}
