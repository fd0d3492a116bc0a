import type { PersonInput } from "../../../shared/inputs.ts";
import type { Database } from "../../database/connection/database.ts";
import { type Mention, mentionsIn, personTables } from "../../database/queries/person-rows.ts";
import { visitsOf } from "../../database/queries/person-visits.ts";
import { bytePatternOf, patternOf } from "../../domain/person.ts";
import { AppError } from "../../errors.ts";

/** One person is in fewer rows; a value found in more belongs to many people. */
const maxMentions = 20_000;

export const valuesOf = ({ email, names, phones }: PersonInput) => [email, ...names, ...phones];

/**
 * All rows that mention any of the person's values.
 * @throws AppError `Invalid` if the values are too common
 */
export async function findMentions(db: Database, input: PersonInput): Promise<Mention[]> {
  const patterns = { text: patternOf(valuesOf(input)), bytes: bytePatternOf(valuesOf(input)) };
  const mentions: Mention[] = [];
  const tables = await personTables(db);
  mentions.push(...(await visitsOf(db, tables, valuesOf(input))));
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
