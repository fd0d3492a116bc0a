/** Names of offers and plans in place of the marks in sentences, and ids in place of names. */
import { sql } from "drizzle-orm";
import { marksIn, type Named, withNames } from "../../domain/name-marks.ts";
import { AppError } from "../../errors.ts";
import type { Executor } from "../connection/database.ts";

/**
 * The value with current names of offers and plans in place of the marks in its texts, or ids where no name is known.
 * Without marks it costs no query.
 */
export async function fillNames<Value>(db: Executor, value: Value): Promise<Value> {
  const marks = marksIn(value);
  return marks.length === 0 ? value : withNames(value, await namesOf(db, marks));
}

/** Prepared, because nearly every answer needs names, and planning this takes longer than finding them. */
async function namesOf(db: Executor, marks: Named[]): Promise<(Named & { name: string })[]> {
  const rows = await db
    .select({
      offerId: sql<string | null>`named.offer_id`,
      planId: sql<string | null>`named.plan_id`,
      name: sql<string>`named.name`,
    })
    .from(
      sql`(
        with wanted as (
          select * from jsonb_to_recordset(${sql.placeholder("marks")}::jsonb) as wanted("offerId" text, "planId" text))
        select o.offer_id, null as plan_id, o.name from wanted join offers o on o.offer_id = wanted."offerId"
          where wanted."planId" is null
        union all
        select p.offer_id, p.plan_id, p.name from wanted
          join plans p on p.offer_id = wanted."offerId" and p.plan_id = wanted."planId"
        union all
        select null, p.plan_id, min(p.name) from wanted join plans p on p.plan_id = wanted."planId"
          where wanted."offerId" is null group by p.plan_id having count(distinct p.name) = 1) named`,
    )
    .prepare("names_of_marks")
    .execute({ marks: JSON.stringify(marks) });
  return rows as (Named & { name: string })[];
}

/** The text with ids instead of the names of offers and plans, as sentences on record have them; null if it has no name. */
export async function withIds(db: Executor, text: string): Promise<string | null> {
  const lower = text.toLowerCase();
  const { rows } = await db.execute<{ id: string; name: string }>(sql`
    select offer_id as id, lower(name) as name from offers where position(lower(name) in ${lower}) > 0
    union select plan_id, lower(name) from plans where position(lower(name) in ${lower}) > 0`);
  if (rows.length === 0) return null;
  const byLength = rows.toSorted((one, other) => other.name.length - one.name.length);
  const replaced = byLength.reduce((left, { id, name }) => left.replaceAll(name, ` ${id} `), lower);
  return replaced.trim() === lower.trim() ? null : replaced;
}

/** The error with names in its message and fields. */
export async function nameError(db: Executor, error: AppError): Promise<AppError> {
  const { code, message, fields } = error;
  const named = await fillNames(db, { message, fields });
  return named.message === message ? error : new AppError(code, named.message, { fields: named.fields, cause: error });
}
