/**
 * `npm run person -- find|export|erase EMAIL [--name NAME]… [--phone PHONE]… [--reason WORDS] [--out FILE]`: finds,
 * exports or erases one person's data. Uses the database of DATABASE_URL, or the embedded one of DATA_DIR while the
 * app is stopped.
 */
import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { z } from "zod";
import { erasePersonInput, findPersonInput, personInput } from "../shared/inputs/people.ts";
import { erasePerson } from "./commands/people/erase-person.ts";
import { exportPerson } from "./commands/people/export-person.ts";
import { findPerson } from "./commands/people/find-person.ts";
import type { PersonContext } from "./commands/people/find-mentions.ts";
import { secretOf } from "./compose/secret.ts";
import { readConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { createDatabase } from "./database/connection/database.ts";
import { startExistingPostgres } from "./database/embedded/postgres.ts";
import { isWithoutTables, withoutTablesMessage } from "./database/statements/database-errors.ts";
import { installationFingerprint } from "./database/queries/installation-secret.ts";
import { explainError } from "./describe-error.ts";
import { AppError } from "./errors.ts";
import { fingerprintOf } from "./sealing.ts";

const usage =
  "Usage: npm run person -- find|export|erase EMAIL [--name NAME] [--phone PHONE] [--out FILE] [--reason WORDS]";
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: "string", multiple: true, default: [] },
      phone: { type: "string", multiple: true, default: [] },
      reason: { type: "string", default: "" },
      out: { type: "string" },
    },
  });
  const [verb, email = ""] = positionals;
  const given = { email, names: values.name, phones: values.phone };
  const act = verb === "find" ? find : verb === "export" ? exportData : verb === "erase" ? erase : null;
  if (!act || positionals.length !== 2) throw new Error(usage);
  const config = readConfig(process.env);
  const embedded = config.databaseUrl === null ? await startExistingPostgres({ ...config, log: () => {} }) : null;
  const log = pino({ level: "silent" });
  const { db, close } = createDatabase({
    url: config.databaseUrl ?? embedded?.url ?? "",
    name: "person",
    max: 2,
    statementTimeoutMs: 600_000,
    log,
  });
  try {
    const actor = { kind: "system" as const, name: `Command of ${userInfo().username}` };
    await act({ db, now: () => new Date(), log, actor } as unknown as Context);
  } finally {
    await close();
    await embedded?.stop();
  }

  /** @throws Error with another secret than the instances have: visits that wait for an email would not be found */
  async function withSecret(ctx: Context): Promise<PersonContext> {
    const secret = await secretOf(config);
    const known = await installationFingerprint(ctx.db);
    if (known !== null && known !== fingerprintOf(secret))
      throw new Error("Set SESSION_SECRET as for the instances. Otherwise not all data of the person can be found.");
    return { ...ctx, secret };
  }

  async function find(ctx: Context): Promise<void> {
    say(JSON.stringify(await findPerson(ctx, findPersonInput.parse({ email }).email), null, 2));
  }

  async function exportData(ctx: Context): Promise<void> {
    const content = JSON.stringify(await exportPerson(await withSecret(ctx), personInput.parse(given)), null, 2);
    if (!values.out) {
      say(content);
      return;
    }
    await writeFile(values.out, content, { mode: 0o600, flag: "wx" });
    say(`Written to ${values.out}.`);
  }

  async function erase(ctx: Context): Promise<void> {
    const { rows, kept } = await erasePerson(
      await withSecret(ctx),
      erasePersonInput.parse({ ...given, reason: values.reason }),
    );
    say(`Erased in ${rows} ${rows === 1 ? "row" : "rows"}.`);
    for (const { id, name } of kept) {
      say(`Kept: Microsoft still names this person for ${name} (${id}). Erase again after the subscription has ended.`);
    }
  }
}

/** A message of the database's driver would contain the person's address. */
function wordsFor(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof AppError) return error.message;
  return isWithoutTables(error) ? withoutTablesMessage : explainError(error);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${wordsFor(error)}\n`);
  process.exitCode = 1;
}
