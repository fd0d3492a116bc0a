/** Keyset pages: the next page begins after the last row of this one, so depth costs nothing. */
import { type SQL, sql } from "drizzle-orm";
import { furtherPageSize, pageSize } from "../../../shared/filters.ts";
import type { Page } from "../../../shared/views/page.ts";
import { isStorable } from "../../domain/storable-text.ts";
import { AppError } from "../../errors.ts";

/** Where a page ends: the text of the sort value, where the order is not that of the id, and the id. */
type Position = { value: string | null; id: string };

/** A position as opaque text for URLs. */
export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.value, position.id])).toString("base64url");
}

/** @throws AppError `Invalid` for text that is no cursor of ours */
export function decodeCursor(cursor: string): Position {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    const isText = (part: unknown) => typeof part === "string" && isStorable(part);
    if ((value === null || isText(value)) && isText(id)) return { value, id } as Position;
  } catch {
    // Falls through to the same answer.
  }
  throw foreignCursor();
}

/** A cursor that we did not give. */
export class ForeignCursor extends AppError {
  constructor() {
    super("Invalid", "This page of the list cannot be opened. Start from its first page.");
  }
}

function foreignCursor(): AppError {
  return new ForeignCursor();
}

/** How PostgreSQL spells the values that lists are ordered by; a cursor with another value is forged. */
const spellings = {
  text: /^/,
  int: /^-?\d{1,9}$/,
  timestamptz: /^(-?infinity|(1\d|2\d)\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d)?))$/,
} as const;
export type SortType = keyof typeof spellings;

/** The condition for rows after a cursor in the order (`expression`, `id`). */
export function after(
  cursor: string | undefined,
  order: { expression: SQL; type: SortType; id: SQL; direction: "asc" | "desc" },
): SQL | undefined {
  if (!cursor) return undefined;
  const { value, id } = decodeCursor(cursor);
  // No order of ours has rows without a value: every comparison with none would be neither true nor false.
  if (value === null || !spellings[order.type].test(value)) throw foreignCursor();
  const sign = order.direction === "asc" ? sql`>` : sql`<`;
  return sql`(${order.expression}, ${order.id}) ${sign} (${value}::${sql.raw(order.type)}, ${id}::text)`;
}

/** The condition for rows older than a cursor in lists ordered by a time-ordered uuid, newest first. */
export function olderThan(cursor: string | undefined, id: SQL): SQL | undefined {
  if (!cursor) return undefined;
  const position = decodeCursor(cursor);
  if (position.value !== null) throw foreignCursor();
  return sql`${id} < ${uuidOf(position.id)}::uuid`;
}

/** Clocks of instances differ, and an id is made a moment before its row. */
const slackMs = 3_600_000;

/** The condition for rows of a span of time, in a list ordered by a time-ordered uuid, whose index finds its ends. */
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

/** No uuid of version 7 that was made then, or later, is smaller. */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.min(ms, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Rows of the page at this cursor: the first one is to be there at once. */
export function sizeOfPage(cursor: string | undefined): number {
  return cursor ? furtherPageSize : pageSize;
}

function uuidOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw foreignCursor();
}

/** Rows read with `limit size + 1` as a page. */
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
