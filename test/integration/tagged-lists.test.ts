/** Lists with a tag that is common, rare or new, page by page. */
import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const untagged = 200;
/** More than are examined for a page, and each ten changed at the same time. */
const tagged = 2_600;

beforeAll(async () => {
  app = await startTestApp();
  await app.db.execute(sql`
    insert into subscriptions (id, name, offer_id, plan_id, status, status_since, first_seen_by, synced_at, created_at, updated_at, tags)
    select md5(n::text), 'Customer ' || n, 'insight', 'team',
      (case when hashint4(n) % 7 = 0 then 'Suspended' else 'Subscribed' end)::subscription_status, at, 'webhook', at, at, at,
      case when n > ${tagged} then '{}'
        else array_remove(array[
          case when hashint4(n) % 3 = 0 then 'common' else 'usual' end,
          case when hashint4(n + 1) % 45 = 0 then 'seldom' end,
          case when n % 900 = 0 then 'rare' end], null) end
    from generate_series(1, ${tagged + untagged}::int) n,
      lateral (select now() - make_interval(mins => abs(hashint4(n / 10) % 50000)) as at) times`);
});
afterAll(() => app?.stop());

async function allPages(filters: SubscriptionFilters): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.as("viewer").subscriptions.list({ ...filters, cursor });
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** One after the other, without any index of tags. */
async function naively(which: SQL, direction: "asc" | "desc"): Promise<string[]> {
  const word = sql.raw(direction);
  const { rows } = await app.db.execute<{ id: string }>(
    sql`select id from subscriptions where ${which} order by updated_at ${word}, id ${word}`,
  );
  return rows.map(({ id }) => id);
}

describe("a list with a tag", () => {
  const isSuspended = sql`status = 'Suspended'`;
  test.each(
    ["common", "usual", "seldom", "rare", "new"].flatMap((tag) =>
      (["asc", "desc"] as const).flatMap((order) => [
        { tag, order, others: {}, condition: sql`true` },
        { tag, order, others: { status: "Suspended" as const }, condition: isSuspended },
      ]),
    ),
  )("has each subscription once: $tag, $order, $others", async ({ tag, order, others, condition }) => {
    const wanted = await naively(sql`${tag} = any(tags) and ${condition}`, order);
    expect(await allPages({ tag, order, ...others })).toEqual(wanted);
    if (tag !== "new" && tag !== "rare") expect(wanted.length).toBeGreaterThan(0);
  });

  test("is looked for among those with any tag, in the order of the list", async () => {
    const plan = await app.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_sort = off`);
      return tx.execute<{ "QUERY PLAN": string }>(sql`
        explain select * from subscriptions where cardinality(tags) > 0 order by updated_at desc, id desc limit 100`);
    });
    expect(plan.rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("subscriptions_listed_tagged");
  });
});
