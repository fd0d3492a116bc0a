/** Exports the data about one person, for that person. */
import { withoutMarks } from "../../../shared/foreign-text.ts";
import type { PersonInput } from "../../../shared/inputs/people.ts";
import type { PersonExport } from "../../../shared/views/people.ts";
import { fillNames } from "../../database/queries/names.ts";
import { keyOf, type Mention } from "../../database/queries/person-rows.ts";
import { record } from "../../database/record/record.ts";
import { findMentions, type PersonContext } from "./find-mentions.ts";
import { refuseUnlessAdmin } from "./refuse-unless-admin.ts";

/**
 * Reads all tables. Of each row it takes the key, the times and what mentions the person, so that nothing about
 * others is disclosed.
 * @throws AppError `Forbidden` unless admin, `Invalid` if the values are too common
 */
export async function exportPerson(ctx: PersonContext, input: PersonInput): Promise<PersonExport> {
  refuseUnlessAdmin(ctx);
  const mentions = await findMentions(ctx, input);
  const tables = Object.fromEntries(
    [...Map.groupBy(mentions, ({ table }) => table.name)].map(([name, rows]) => [name, rows.map(ofPerson)]),
  );
  await record(ctx.db, ctx.actor, ctx.now(), [
    { kind: "person.exported", summary: "A person's data was exported", after: { rows: mentions.length } },
  ]);
  return fillNames(ctx.db, { email: input.email, exportedAt: ctx.now().toISOString(), tables });
}

function ofPerson(mention: Mention): Record<string, unknown> {
  const { table, row, mentions } = mention;
  const times = table.columns.filter(({ type }) => /^timestamp|^date$/.test(type)).map(({ name }) => [name, row[name]]);
  const values = mentions.map((name) => [name, readable(row[name])]);
  return { ...keyOf(mention), ...Object.fromEntries(times), ...Object.fromEntries(values) };
}

/** Byte values, which PostgreSQL's JSON shows as hex, are bodies in UTF-8. */
function readable(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("\\x")) return value;
  return withoutMarks(Buffer.from(value.slice(2), "hex").toString("utf8"));
}
