/** `/exports/…`: a filtered list as a file, written while it is read. */
import { setImmediate } from "node:timers/promises";
import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { z } from "zod";
import { type Day, utcDayOf } from "../../../shared/day.ts";
import {
  activityFilters,
  customerFilters,
  deliveryFilters,
  operationFilters,
  subscriptionFilters,
} from "../../../shared/filters.ts";
import { usageFilters } from "../../../shared/inputs/usage.ts";
import type { Page } from "../../../shared/views/page.ts";
import { createCookies } from "../../auth/cookies.ts";
import { createSessions } from "../../auth/sessions.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Database } from "../../database/connection/database.ts";
import { listActivity } from "../../database/queries/activity-list.ts";
import { customerIdsInOrder, customersById } from "../../database/queries/customer-list.ts";
import { listDeliveries } from "../../database/queries/deliveries.ts";
import { fillNames } from "../../database/queries/names.ts";
import { listOperations } from "../../database/queries/operations.ts";
import { record } from "../../database/record/record.ts";
import { resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { subscriptionIdsInOrder } from "../../database/queries/subscription-list.ts";
import { subscriptionsById } from "../../database/queries/subscriptions.ts";
import { usageProof } from "../../database/queries/usage-proof.ts";
import { listUsage } from "../../database/queries/usage-slots.ts";
import { byteOrderMark, csvLine } from "../../domain/csv.ts";
import { AppError, errorTable } from "../../errors.ts";
import {
  activityColumns,
  type Columns,
  customerColumns,
  deliveryColumns,
  operationColumns,
  subscriptionColumns,
  usageColumns,
} from "./export-columns.ts";
import { readersDay } from "../readers-day.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import type { Limits } from "../limits/limits.ts";
import { createExportSlots, retryAfterSeconds } from "./export-slots.ts";

type ExportDeps = {
  limits: Limits;
  recordRefusal: RecordRefusal;
  db: Database;
  slowDb: Database;
  publicUrl: string;
  cookieSecret: string;
  now: () => Date;
  /** Microsoft's time; `now` if absent. */
  marketplaceNow?: () => Date;
  log: Logger;
};

/** Rows per read, which bounds memory for files of any length. */
const pageRows = 500;

/** After this time without reading, the reader has gone. */
const maxIdleMs = 60_000;

type Format = "csv" | "json";
const types: Record<Format, string> = { csv: "text/csv; charset=utf-8", json: "application/json; charset=utf-8" };

/** What can be exported, and what the rows are called. */
const nouns = {
  subscriptions: "subscriptions",
  customers: "customers",
  operations: "operations",
  deliveries: "deliveries",
  activity: "audit entries",
  usage: "hours of usage",
};

/** One export: `filters` goes into the audit trail. */
type Export<Row> = {
  noun: keyof typeof nouns;
  filters: Record<string, unknown>;
  columns: Columns<Row>;
  /** @throws AppError if the rows cannot be read in this order */
  open(): Promise<AsyncIterable<Row[]>>;
};

/**
 * GET `/exports/subscriptions.csv` and `.json`, likewise `customers`, `operations`, `deliveries`, `activity` and `usage`, with
 * the list's filters and, for follow-ups that are due, the reader's `today`. For all staff.
 */
export function createExportRoutes(deps: ExportDeps): Hono {
  const { db, slowDb, now } = deps;
  const cookies = createCookies({ publicUrl: deps.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const slots = createExportSlots();
  const app = new Hono();

  /** Who exports, or why not. */
  async function admit(c: Context) {
    const found = await sessions.readStaff(c);
    if (!found) {
      if (cookies.get(c, "staff") !== undefined) deps.recordRefusal("session");
      return c.text("Sign in to continue.", 401);
    }
    const seconds = await deps.limits.take("export", found.staff.id);
    if (seconds === null) return found;
    c.header("Retry-After", String(seconds));
    return c.text(`You started too many exports. Wait ${seconds} s, then try again.`, 429);
  }

  async function answer<Row>(
    c: Context,
    format: Format,
    prepare: (staffId: string, values: Record<string, unknown>, today: Day) => Export<Row> | string,
  ): Promise<Response> {
    const found = await admit(c);
    if (found instanceof Response) return found;
    const { today, ...values } = c.req.query();
    const prepared = prepare(found.staff.id, values, readersDay(today, now()) ?? utcDayOf(now()));
    if (typeof prepared === "string") return c.text(prepared, 400);
    const actor: Actor = { kind: "staff", ...found.staff };
    const name = `marketdesk-${prepared.noun}-${now().toISOString().slice(0, 10)}.${format}`;
    const slot = slots.take(found.staff.id);
    if (typeof slot === "string") {
      c.header("Retry-After", String(retryAfterSeconds));
      return c.text(slot, 429);
    }
    c.header("Content-Type", types[format]);
    c.header("Content-Disposition", `attachment; filename="${name}"`);
    // A HEAD request reads no file, so nothing would end it.
    if (c.req.method === "HEAD") {
      slot.free();
      return c.body(null);
    }
    let pages: AsyncIterable<Row[]>;
    try {
      pages = await prepared.open();
      await recordExport(deps, actor, prepared, "begun", { format });
    } catch (error) {
      slot.free();
      if (!(error instanceof AppError)) throw error;
      c.header("Content-Disposition", undefined);
      return c.text(error.message, errorTable[error.code].http);
    }
    const unwatch = sessions.watchStaff(c, () => slot.end("Your session has ended."));
    const done = () => {
      unwatch();
      slot.free();
    };
    return c.body(streamOf(fileOf(deps, actor, prepared, pages, format), slot.ended, done));
  }

  for (const format of ["csv", "json"] as const) {
    app.get(`/exports/subscriptions.${format}`, (c) =>
      answer(c, format, (staffId, values, today) => {
        const filters = readStrictly(subscriptionFilters.omit({ cursor: true }), values);
        if (typeof filters === "string") return filters;
        const resolved = resolveOwnerMe(staffId, filters, today);
        return {
          noun: "subscriptions",
          filters,
          columns: subscriptionColumns,
          open: async () =>
            rowsOf(await subscriptionIdsInOrder(slowDb, resolved), (ids) => subscriptionsById(slowDb, ids)),
        };
      }),
    );
    app.get(`/exports/customers.${format}`, (c) =>
      answer(c, format, (staffId, values) => {
        const filters = readStrictly(customerFilters.omit({ cursor: true }), values);
        if (typeof filters === "string") return filters;
        const resolved = resolveOwnerMe(staffId, filters);
        return {
          noun: "customers",
          filters,
          columns: customerColumns,
          open: async () => rowsOf(await customerIdsInOrder(slowDb, resolved), (ids) => customersById(slowDb, ids)),
        };
      }),
    );
    app.get(`/exports/operations.${format}`, (c) =>
      answer(c, format, (staffId, values) =>
        prepared("operations", operationFilters, values, operationColumns, (filters, cursor) =>
          listOperations(slowDb, { ...resolveOwnerMe(staffId, filters), cursor }, pageRows),
        ),
      ),
    );
    app.get(`/exports/deliveries.${format}`, (c) =>
      answer(c, format, (_, values) =>
        prepared("deliveries", deliveryFilters, values, deliveryColumns, (filters, cursor) =>
          listDeliveries(slowDb, { ...filters, cursor }, pageRows),
        ),
      ),
    );
    app.get(`/exports/activity.${format}`, (c) =>
      answer(c, format, (staffId, values) =>
        prepared("activity", activityFilters, values, activityColumns, (filters, cursor) =>
          listActivity(slowDb, { ...resolveOwnerMe(staffId, filters), cursor }, pageRows),
        ),
      ),
    );
    app.get(`/exports/usage.${format}`, (c) =>
      answer(c, format, (_, values) =>
        prepared("usage", usageFilters, values, usageColumns, (filters, cursor) =>
          listUsage(slowDb, { ...filters, cursor }, (deps.marketplaceNow ?? now)(), pageRows),
        ),
      ),
    );
  }
  /** How the billed quantity of one hour was computed. */
  app.get("/exports/usage/:file", async (c) => {
    const found = await admit(c);
    if (found instanceof Response) return found;
    const id = z.uuid().safeParse(c.req.param("file").replace(/\.json$/, ""));
    const proof = id.success ? await usageProof(db, id.data) : null;
    if (!proof) return c.text("There is no usage with this ID.", 404);
    const what = { noun: "usage" as const, filters: { id: proof.hour.id } };
    await recordExport(deps, { kind: "staff", ...found.staff }, what, "ended", { format: "json", rows: 1 });
    c.header("Content-Disposition", `attachment; filename="marketdesk-usage-${proof.hour.id}.json"`);
    return c.json(proof);
  });
  return app;
}

/** An export of a list whose rows never change their order. */
function prepared<Shape extends z.ZodRawShape, Row>(
  noun: Export<Row>["noun"],
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
  columns: Columns<Row>,
  read: (filters: z.infer<z.ZodObject<Shape, z.core.$strict>>, cursor: string | undefined) => Promise<Page<Row>>,
): Export<Row> | string {
  if ("cursor" in values) return "This list cannot be exported: cursor: an export starts at the first page.";
  const filters = readStrictly(schema, values);
  if (typeof filters === "string") return filters;
  return { noun, filters, columns, open: async () => pagesOf((cursor) => read(filters, cursor)) };
}

/** The filters of a URL, or a sentence if any is invalid: a file with other filters than shown would mislead. */
function readStrictly<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
): z.infer<z.ZodObject<Shape, z.core.$strict>> | string {
  const flags: Record<string, boolean> = { true: true, false: false };
  const typed = Object.entries(values).map(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as unknown as z.ZodType) : undefined;
    if (field?.safeParse(true).success === true) return [name, flags[String(value)] ?? value];
    const isNumber = /^\d{1,15}(\.\d{1,6})?$/.test(String(value)) && field?.safeParse(Number(value)).success === true;
    return [name, isNumber ? Number(value) : value];
  });
  const read = schema.safeParse(Object.fromEntries(typed));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `This list cannot be exported: ${issue?.path.join(".") || "the address"}: ${issue?.message ?? "not valid"}.`;
}

/** The file, one page at a time. Its end is recorded with the number of rows, complete or not. */
async function* fileOf<Row>(
  deps: ExportDeps,
  actor: Actor,
  what: Export<Row>,
  pages: AsyncIterable<Row[]>,
  format: Format,
): AsyncGenerator<string, void> {
  const headings = Object.keys(what.columns);
  let rows = 0;
  let isWhole = false;
  try {
    yield format === "csv" ? byteOrderMark + csvLine(headings) : "[";
    for await (const read of pages) {
      const page = await fillNames(deps.slowDb, read);
      yield format === "csv"
        ? page.map((row) => csvLine(headings.map((heading) => what.columns[heading]?.(row) ?? null))).join("")
        : page.map((row, at) => `${rows + at === 0 ? "" : ","}\n${JSON.stringify(row)}`).join("");
      rows += page.length;
    }
    if (format === "json") yield "\n]\n";
    isWhole = true;
  } catch (error) {
    deps.log.error({ err: error, export: what.noun, rows }, "export interrupted");
    throw error;
  } finally {
    await recordExport(deps, actor, what, "ended", { format, rows, ...(isWhole ? {} : { aborted: true }) });
  }
}

/** Rows that were deleted since their ids were read are left out. */
async function* rowsOf<Row extends { id: string }>(
  ids: string[],
  read: (ids: string[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let at = 0; at < ids.length; at += pageRows) {
    const some = ids.slice(at, at + pageRows);
    const byId = new Map((await read(some)).map((row) => [row.id, row]));
    yield some.flatMap((id) => byId.get(id) ?? []);
  }
}

async function* pagesOf<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/**
 * Requests the next chunk when the reader has taken the previous one. Ends early if the reader leaves, stalls, or
 * `ended` says so; the file is then cut off, so that no one takes it for complete.
 * @param done called once, when no more is read
 */
function streamOf(pieces: AsyncGenerator<string, void>, ended: AbortSignal, done: () => void) {
  const encoder = new TextEncoder();
  let idle: NodeJS.Timeout | undefined;
  let isOver = false;
  const finish = async () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idle);
    // Waits for the page in progress, and records the number of rows.
    await pieces.return().finally(done);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const cutOff = () => {
        if (!isOver) controller.error(new Error("export ended"));
        void finish().catch(() => {});
      };
      ended.addEventListener("abort", cutOff, { once: true });
    },
    async pull(controller) {
      clearTimeout(idle);
      try {
        const next = await pieces.next();
        if (isOver) return;
        if (next.done) {
          controller.close();
          await finish();
          return;
        }
        controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        await finish();
        throw error;
      }
      idle = setTimeout(() => {
        if (!isOver) controller.error(new Error("export not read"));
        void finish().catch(() => {});
      }, maxIdleMs);
      // Gives other requests a turn between pages, even if the database responds immediately.
      await setImmediate();
    },
    cancel: finish,
  });
}

/** Once before the first byte, so that no export is unrecorded, and once with the number of rows. */
async function recordExport(
  { db, now }: ExportDeps,
  actor: Actor,
  { noun, filters }: { noun: keyof typeof nouns; filters: Record<string, unknown> },
  when: "begun" | "ended",
  facts: { format: Format; rows?: number; aborted?: boolean },
): Promise<void> {
  const what = nouns[noun];
  const summary =
    when === "begun"
      ? `Export of ${what} started`
      : `Exported ${(facts.rows ?? 0).toLocaleString("en")} ${what}${facts.aborted ? ", then interrupted" : ""}`;
  const kind = `${noun}.${when === "begun" ? "export_begun" : "exported"}` as const;
  await record(db, actor, now(), [{ kind, summary, after: { ...facts, ...filters } }]);
}
