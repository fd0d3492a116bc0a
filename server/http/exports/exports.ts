/** `/exports/…`: a filtered list as a file, written while it is read. */
import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { z } from "zod";
import { utcDayOf } from "../../../shared/day.ts";
import { createCookies } from "../../auth/cookies.ts";
import { createSessions } from "../../auth/sessions.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Database } from "../../database/connection/database.ts";
import { usageProof } from "../../database/queries/usage-proof.ts";
import { AppError, errorTable } from "../../errors.ts";
import { readersDay } from "../readers-day.ts";
import type { RecordRefusal } from "../refused-requests.ts";
import type { Limits } from "../limits/limits.ts";
import { createExportSlots, retryAfterSeconds } from "./export-slots.ts";
import type { Format, PrepareExport } from "./exported-list.ts";
import { createExportedLists } from "./exported-lists.ts";
import { recordExport, fileOf } from "./export-file.ts";
import { streamOf } from "./stream-file.ts";

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
  const lists = createExportedLists({ slowDb, marketplaceNow: deps.marketplaceNow ?? now });
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

  async function answer<Row>(c: Context, format: Format, prepare: PrepareExport<Row>): Promise<Response> {
    const found = await admit(c);
    if (found instanceof Response) return found;
    const { today, ...values } = c.req.query();
    const prepared = prepare({
      staffId: found.staff.id,
      values,
      today: readersDay(today, now()) ?? utcDayOf(now()),
    });
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
    app.get(`/exports/subscriptions.${format}`, (c) => answer(c, format, lists.subscriptions));
    app.get(`/exports/customers.${format}`, (c) => answer(c, format, lists.customers));
    app.get(`/exports/operations.${format}`, (c) => answer(c, format, lists.operations));
    app.get(`/exports/deliveries.${format}`, (c) => answer(c, format, lists.deliveries));
    app.get(`/exports/activity.${format}`, (c) => answer(c, format, lists.activity));
    app.get(`/exports/usage.${format}`, (c) => answer(c, format, lists.usage));
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
