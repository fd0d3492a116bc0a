import type { PersonInput } from "../../../shared/inputs/people.ts";
import { type Mention, mentionsIn, personTables } from "../../database/queries/person-rows.ts";
import { visitsOf } from "../../database/queries/person-visits.ts";
import { bytePatternOf, patternOf } from "../../domain/person.ts";
import { AppError } from "../../errors.ts";
import { addressHashOf } from "../../outbox/kept-visits.ts";
import type { Context } from "../../context.ts";

/** One person is in fewer rows; a value found in more belongs to many people. */
const maxMentions = 20_000;

export const valuesOf = ({ email, names, phones }: PersonInput) => [email, ...names, ...phones];

/** With SESSION_SECRET, by which the visits of an address are found. */
export type PersonContext = Context & { secret: string };

/**
 * All rows that mention any of the person's values.
 * @throws AppError `Invalid` if the values are too common
 */
export async function findMentions(
  { db, secret }: Pick<PersonContext, "db" | "secret">,
  input: PersonInput,
): Promise<Mention[]> {
  const patterns = { text: patternOf(valuesOf(input)), bytes: bytePatternOf(valuesOf(input)) };
  const mentions: Mention[] = [];
  const tables = await personTables(db);
  const hashes = valuesOf(input).map((value) => addressHashOf(secret, value));
  mentions.push(...(await visitsOf(db, tables, hashes)));
  for (const table of tables) {
    for await (const mention of mentionsIn(db, table, patterns)) {
      mentions.push(mention);
      if (mentions.length > maxMentions) {
        throw new AppError(
          "Invalid",
          `More than ${maxMentions.toLocaleString("en-US")} rows mention one of these values. Remove the name that many people share.`,
        );
      }
    }
  }
  return mentions;
}
