/** `/exports/…`: what a list's filters let through, as a file, written while it is read. */
import { setImmediate } from "node:timers/promises";
import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import type { z } from "zod";
import { activityFilters, deliveryFilters, operationFilters, subscriptionFilters } from "../../shared/filters.ts";
import type { Page } from "../../shared/views/page.ts";
import { createCookies } from "../auth/cookies.ts";
import { createSessions } from "../auth/sessions.ts";
import type { Actor } from "../domain/actor.ts";
import type { Database } from "../database/connection/database.ts";
import { listActivity, listDeliveries } from "../database/queries/history.ts";
import { listOperations } from "../database/queries/operations.ts";
import { record } from "../database/record/record.ts";
import { resolveOwnerMe } from "../database/queries/subscription-filter.ts";
import { listSubscriptions } from "../database/queries/subscriptions.ts";
import { byteOrderMark, csvLine } from "../domain/csv.ts";
import {
  activityColumns,
  type Columns,
  deliveryColumns,
  operationColumns,
  subscriptionColumns,
} from "./export-shapes.ts";
import type { RecordRefusal } from "./refused-requests.ts";
import type { Limits } from "./limits/limits.ts";
import { createExportSlots, retryAfterSeconds } from "./export-slots.ts";

type ExportDeps = {
  limits: Limits;
  recordRefusal: RecordRefusal;
  db: Database;
  slowDb: Database;
  publicUrl: string;
  cookieSecret: string;
  now: () => Date;
  log: Logger;
};

/** Rows read at once; no more than these are in memory, however long the file gets. */
const pageRows = 500;

/** A reader that takes nothing for so long has gone, or never meant to read. */
const maxIdleMs = 60_000;

type Format = "csv" | "json";
const types: Record<Format, string> = { csv: "text/csv; charset=utf-8", json: "application/json; charset=utf-8" };

/** What can be exported, and what its rows are called. */
const nouns = {
  subscriptions: "subscriptions",
  operations: "operations",
  deliveries: "deliveries",
  activity: "entries of the record",
};

/** One export: `read` gives the pages, `filters` goes on record. */
type Export<Row> = {
  noun: keyof typeof nouns;
  filters: Record<string, unknown>;
  columns: Columns<Row>;
  read(cursor: string | undefined): Promise<Page<Row>>;
};

/** GET `/exports/subscriptions.csv`, `.json`, and the same of `operations`, `deliveries` and `activity`, with the filters of the list. For all staff. */
export function createExportRoutes(deps: ExportDeps): Hono {
  const { db, slowDb, now } = deps;
  const cookies = createCookies({ publicUrl: deps.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const slots = createExportSlots();
  const app = new Hono();

  async function answer<Row>(
    c: Context,
    format: Format,
    prepare: (staffId: string, values: Record<string, unknown>) => Export<Row> | string,
  ): Promise<Response> {
    const found = await sessions.readStaff(c);
    if (!found) {
      if (cookies.get(c, "staff") !== undefined) deps.recordRefusal("session");
      return c.text("Sign in to go on.", 401);
    }
    const seconds = await deps.limits.take("export", found.staff.id);
    if (seconds !== null) {
      c.header("Retry-After", String(seconds));
      return c.text(`You started too many exports. Wait ${seconds} s, then try again.`, 429);
    }
    const prepared = prepare(found.staff.id, c.req.query());
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
    // Nobody reads the file of a HEAD request, so nothing would end it.
    if (c.req.method === "HEAD") {
      slot.free();
      return c.body(null);
    }
    try {
      await recordExport(deps, actor, prepared, "begun", { format });
    } catch (error) {
      slot.free();
      throw error;
    }
    const unwatch = sessions.watchStaff(c, () => slot.end("The sign-in has ended."));
    const done = () => {
      unwatch();
      slot.free();
    };
    return c.body(streamOf(fileOf(deps, actor, prepared, format), slot.ended, done));
  }

  for (const format of ["csv", "json"] as const) {
    app.get(`/exports/subscriptions.${format}`, (c) =>
      answer(c, format, (staffId, values) => {
        const filters = readStrictly(subscriptionFilters.omit({ cursor: true }), values);
        if (typeof filters === "string") return filters;
        // Rows that change meanwhile move in the order of change, and would be missed or met twice.
        const { sort = "updated", order, ...rest } = resolveOwnerMe(staffId, filters);
        const ordered = sort === "updated" ? { ...rest, sort: "id" as const } : { ...rest, sort, order };
        return {
          noun: "subscriptions",
          filters,
          columns: subscriptionColumns,
          read: (cursor) => listSubscriptions(slowDb, { ...ordered, cursor }, pageRows),
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
  }
  return app;
}

/** An export of a list whose rows never move in its order. */
function prepared<Shape extends z.ZodRawShape, Row>(
  noun: Export<Row>["noun"],
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
  columns: Columns<Row>,
  read: (filters: z.infer<z.ZodObject<Shape, z.core.$strict>>, cursor: string | undefined) => Promise<Page<Row>>,
): Export<Row> | string {
  if ("cursor" in values) return "This cannot be exported: cursor: an export begins at the first page.";
  const filters = readStrictly(schema, values);
  if (typeof filters === "string") return filters;
  return { noun, filters, columns, read: (cursor) => read(filters, cursor) };
}

/** The filters of an address; a sentence when one is not understood: another view than the one that is shown helps nobody. */
function readStrictly<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
): z.infer<z.ZodObject<Shape, z.core.$strict>> | string {
  const flags: Record<string, boolean> = { true: true, false: false };
  const typed = Object.entries(values).map(([name, value]) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as unknown as z.ZodType) : undefined;
    if (field?.safeParse(true).success === true) return [name, flags[String(value)] ?? value];
    const isNumber = /^\d{1,15}$/.test(String(value)) && field?.safeParse(Number(value)).success === true;
    return [name, isNumber ? Number(value) : value];
  });
  const read = schema.safeParse(Object.fromEntries(typed));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `This cannot be exported: ${issue?.path.join(".") || "the address"}: ${issue?.message ?? "not understood"}.`;
}

/** The file in pieces of a page each. Whether it was read to its end or not, how much of it was is on record. */
async function* fileOf<Row>(
  deps: ExportDeps,
  actor: Actor,
  what: Export<Row>,
  format: Format,
): AsyncGenerator<string, void> {
  const headings = Object.keys(what.columns);
  let rows = 0;
  let isWhole = false;
  try {
    yield format === "csv" ? byteOrderMark + csvLine(headings) : "[";
    for await (const page of pagesOf(what.read)) {
      yield format === "csv"
        ? page.map((row) => csvLine(headings.map((heading) => what.columns[heading]?.(row) ?? null))).join("")
        : page.map((row, at) => `${rows + at === 0 ? "" : ","}\n${JSON.stringify(row)}`).join("");
      rows += page.length;
    }
    if (format === "json") yield "\n]\n";
    isWhole = true;
  } catch (error) {
    deps.log.error({ err: error, export: what.noun, rows }, "an export broke off");
    throw error;
  } finally {
    await recordExport(deps, actor, what, "ended", { format, rows, ...(isWhole ? {} : { aborted: true }) });
  }
}

async function* pagesOf<Row>(read: Export<Row>["read"]): AsyncGenerator<Row[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/**
 * Asks for the next piece when the reader has taken the previous one. The pieces end when the reader goes away, takes nothing
 * for a while, or `ended` says so; the file is then cut off, so that nobody takes it for whole.
 *
 * @param done called once, when nothing is read any more
 */
function streamOf(pieces: AsyncGenerator<string, void>, ended: AbortSignal, done: () => void) {
  const encoder = new TextEncoder();
  let idle: NodeJS.Timeout | undefined;
  let isOver = false;
  const finish = async () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idle);
    // Waits for the page that is being read, and notes how far the export came.
    await pieces.return().finally(done);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const cutOff = () => {
        if (!isOver) controller.error(new Error("the export was ended"));
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
        if (!isOver) controller.error(new Error("nobody reads the export"));
        void finish().catch(() => {});
      }, maxIdleMs);
      // Other requests get their turn between two pages, also where the database answers without waiting.
      await setImmediate();
    },
    cancel: finish,
  });
}

/** Once before the first byte, so that no copy leaves without a record, and once with how much it was. */
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
      ? `Export of ${what} begun`
      : `Exported ${(facts.rows ?? 0).toLocaleString("en")} ${what}${facts.aborted ? ", then broke off" : ""}`;
  const kind = `${noun}.${when === "begun" ? "export_begun" : "exported"}`;
  await record(db, actor, now(), [{ kind, summary, after: { ...facts, ...filters } }]);
}
