/** Lists continue after their first page, and a cursor of another list is refused in words by each. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { pageSize } from "../../shared/filters.ts";
import { appRouter } from "../../server/trpc/router.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
let id: string;
beforeAll(async () => {
  app = await startTestApp();
  id = await app.buyActive();
});
afterAll(() => app?.stop());

describe("hours of usage", () => {
  const hours = 2 * pageSize + 25;
  beforeAll(() =>
    app.db.execute(sql`
      insert into usage_slots (id, subscription_id, dimension, hour, plan_id, quantity, lost, effective_at, state, sealed_at, billable, ended_at, is_trial)
      select gen_random_uuid(), ${id}, 'messages', hour, 'team', 0, 1, hour, 'lost', now(), 0, now(), false
      from generate_series(1, ${hours}) n, lateral (select date_trunc('hour', now()) - make_interval(hours => n / 2, days => n % 2 * 30) as hour) h`),
  );

  test.each([{}, { state: "lost" as const }, { subscription: "" }])("are all listed once with %j", async (filters) => {
    const wanted = "subscription" in filters ? { subscription: id } : filters;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await app.as("viewer").usage.list({ ...wanted, cursor });
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(hours);
    expect(seen).toHaveLength(hours);
  });
});

describe("entries of the audit trail", () => {
  const entries = 4_000;
  /** Common, so that the latest entries fill a page; less common, so that more of them do; and rare. The last one has no recent entry. */
  const words = { pelican: "n % 2 = 0", heron: "n % 40 = 0", stork: "n % 900 = 0", ibis: "n % 3 = 0 and n > 1500" };
  beforeAll(() =>
    // The chain of the record is not what is tested, and takes most of the time.
    app.db.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(sql`
        insert into activity (id, at, subscription_id, actor_kind, actor_name, kind, summary)
        select ('0190a1b2-' || lpad(to_hex(${entries} - n), 4, '0') || '-7000-8000-000000000001')::uuid, now() - make_interval(hours => n::int), ${id},
          'marketplace', 'Microsoft', 'subscription.renewed', concat_ws(' ', 'Seen', ${sql.raw(
            Object.entries(words)
              .map(([word, condition]) => `case when ${condition} then '${word}' end`)
              .join(", "),
          )})
        from generate_series(1, ${entries}::int) n`);
    }),
  );

  test.each(Object.entries(words))("with %s are all listed once, newest first", async (word, condition) => {
    const { rows: wanted } = await app.db.execute<{ id: string }>(
      sql`select id from activity where summary like ${`% ${word}%`} order by id desc`,
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await app.as("viewer").activity.list({ q: word, cursor });
      seen.push(...page.rows.map((row) => row.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen, condition).toEqual(wanted.map((row) => row.id));
    expect(seen.length).toBeGreaterThan(3);
  });
});

type Procedure = { _def: { inputs: unknown[]; type: string } };
const procedures = appRouter._def.procedures as unknown as Record<string, Procedure>;
const lists = Object.keys(procedures).filter((path) => {
  const [input] = procedures[path]?._def.inputs ?? [];
  if (!(input instanceof z.ZodType)) return false;
  const schema = JSON.stringify(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
  return schema.includes('"cursor"');
});

const uuid = "0190a1b2-0000-7000-8000-000000000001";
const positions = [
  [null, uuid],
  [null, "an id"],
  ["2026-11-29T13:00:00.000Z", uuid],
  ["2026-11-29T13:00:00.000Z", "an id"],
  ["12", uuid],
  ["a name", "an id"],
];

test("there are lists with pages", () => {
  expect(lists).toContain("usage.list");
  expect(lists.length).toBeGreaterThan(5);
});

test.each(lists)("%s opens a page at any cursor, or refuses it in words", async (path) => {
  const list = path
    .split(".")
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], app.as("admin")) as (
    input: unknown,
  ) => Promise<unknown>;
  for (const position of positions) {
    const cursor = Buffer.from(JSON.stringify(position)).toString("base64url");
    for (const input of [{ cursor }, { cursor, id }]) {
      const error = await list(input).then(
        () => null,
        (thrown: { code?: string; message: string }) => thrown,
      );
      expect(error?.code ?? "BAD_REQUEST", `${JSON.stringify(position)}: ${error?.message}`).toMatch(
        /^(BAD_REQUEST|NOT_FOUND)$/,
      );
    }
  }
});
