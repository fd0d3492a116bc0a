/** `/exports/…`: a filtered list as a file, written while it is read. */
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
import { createCookies } from "../../auth/cookies.ts";
import { createSessions } from "../../auth/sessions.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Database } from "../../database/connection/database.ts";
import { listActivity } from "../../database/queries/activity-list.ts";
import { customerIdsInOrder, customersById } from "../../database/queries/customer-list.ts";
import { listDeliveries } from "../../database/queries/deliveries.ts";
import { listOperations } from "../../database/queries/operations.ts";
import { resolveOwnerMe } from "../../database/queries/subscription-filter.ts";
import { subscriptionIdsInOrder } from "../../database/queries/subscription-list.ts";
import { subscriptionsById } from "../../database/queries/subscriptions.ts";
import { usageProof } from "../../database/queries/usage-proof.ts";
import { listUsage } from "../../database/queries/usage-slots.ts";
import { AppError, errorTable } from "../../errors.ts";
import {
  activityColumns,
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
import { type Format, type Export, prepared, readStrictly } from "./exported-list.ts";
import { recordExport, fileOf } from "./export-file.ts";
import { streamOf } from "./stream-file.ts";
import { createSerialQueue } from "./serial-queue.ts";

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

/** Rows per read, which bounds memory for files of any length; only ids are kept of all rows. */
const pageRows = 500;

const types: Record<Format, string> = { csv: "text/csv; charset=utf-8", json: "application/json; charset=utf-8" };

/**
 * GET `/exports/subscriptions.csv` and `.json`, likewise `customers`, `operations`, `deliveries`, `activity` and `usage`, with
 * the list's filters and, for follow-ups that are due, the reader's `today`. For all staff.
 */
export function createExportRoutes(deps: ExportDeps): Hono {
  const { db, slowDb, now } = deps;
  const cookies = createCookies({ publicUrl: deps.publicUrl, secret: deps.cookieSecret, now });
  const sessions = createSessions({ db, cookies, now });
  const slots = createExportSlots();
  // Reading all ids holds a connection for seconds; the other connections are for the rows of exports that have begun.
  const readIds = createSerialQueue();
  const app = new Hono();

  /** The signed-in person's session, or the response that refuses. */
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
            rowsOf(await readIds(() => subscriptionIdsInOrder(slowDb, resolved)), (ids) =>
              subscriptionsById(slowDb, ids),
            ),
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
          open: async () =>
            rowsOf(await readIds(() => customerIdsInOrder(slowDb, resolved)), (ids) => customersById(slowDb, ids)),
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

/** Rows that were deleted since their ids were read are left out. */
async function* rowsOf<Row extends { id: string }>(
  pages: Iterable<string[]>,
  read: (ids: string[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (const ids of pages) {
    for (let at = 0; at < ids.length; at += pageRows) {
      const some = ids.slice(at, at + pageRows);
      const byId = new Map((await read(some)).map((row) => [row.id, row]));
      yield some.flatMap((id) => byId.get(id) ?? []);
    }
  }
}
