import type { PersonInput } from "../../../shared/inputs.ts";
import type { Database } from "../../database/connection/database.ts";
import { type Mention, mentionsIn, personTables } from "../../database/queries/person-rows.ts";
import { bytePatternOf, patternOf } from "../../domain/person.ts";
import { AppError } from "../../errors.ts";

/** One person is not in more rows; a value that is belongs to many. */
const maxMentions = 20_000;

export const valuesOf = ({ email, names, phones }: PersonInput) => [email, ...names, ...phones];

/** Every row that mentions one of the person's values. @throws AppError `Invalid` when they are too common */
export async function findMentions(db: Database, input: PersonInput): Promise<Mention[]> {
  const patterns = { text: patternOf(valuesOf(input)), bytes: bytePatternOf(valuesOf(input)) };
  const mentions: Mention[] = [];
  for (const table of await personTables(db)) {
    for await (const mention of mentionsIn(db, table, patterns)) {
      mentions.push(mention);
      if (mentions.length > maxMentions) {
        throw new AppError(
          "Invalid",
          `More than ${maxMentions.toLocaleString("en-US")} rows mention one of these values. Leave out the name that many people have.`,
        );
      }
    }
  }
  return mentions;
}
