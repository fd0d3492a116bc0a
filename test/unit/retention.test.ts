import { getTableConfig, PgDialect } from "drizzle-orm/pg-core";
import { expect, test } from "vitest";
import { retentions } from "../../server/database/schema/retention.ts";
import { retentionKinds, retentionRules } from "../../shared/retention.ts";

test("the database refuses what the settings refuse: each kind has the same minimum", () => {
  const { checks } = getTableConfig(retentions);
  const found = checks.find(({ name }) => name === "retentions_least");
  const text = found === undefined ? "" : new PgDialect().sqlToQuery(found.value).sql;
  const minimums = [...text.matchAll(/"(\w+)" >= (\d+)/g)].map(([, column = "", days]) => [column, Number(days)]);
  expect(minimums).toEqual(retentionKinds.map((kind) => [kind, retentionRules[kind].minDays]));
});
