/**
 * `npm run verify-record -- [--anchors FILE] [--add-anchor]`: verifies the audit trail from outside. It reads the
 * database of DATABASE_URL, or the embedded one of DATA_DIR while the app is stopped, and writes only the anchor
 * file. Exit code 0: intact, 1: changed, 2: not verified.
 */
import { parseArgs } from "node:util";
import { pino } from "pino";
import { openAnchorFile } from "./commands/upkeep/anchor-file.ts";
import { readConfig } from "./config.ts";
import { createDatabase } from "./database/connection/database.ts";
import { startExistingPostgres } from "./database/embedded/postgres.ts";
import { anchorTime, readAnchor } from "./database/record/record-anchor.ts";
import { isWithoutTables, withoutTablesMessage } from "./database/statements/database-errors.ts";
import { proveRecord } from "./database/record/record-proof.ts";
import { explainError } from "./describe-error.ts";
import { describeProof } from "./domain/record-proof.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const config = readConfig(process.env);
  const { values } = parseArgs({
    options: { anchors: { type: "string" }, "add-anchor": { type: "boolean", default: false } },
  });
  const place = values.anchors ?? config.recordAnchorFile;
  if (values["add-anchor"] && !place) throw new Error("--add-anchor needs a file: add --anchors FILE.");
  const file = place ? openAnchorFile(place) : null;
  const anchors = (await file?.readAll()) ?? [];
  const embedded = config.databaseUrl === null ? await startExistingPostgres({ ...config, log: () => {} }) : null;
  try {
    const { db, close } = createDatabase({
      url: config.databaseUrl ?? embedded?.url ?? "",
      name: "verify-record",
      max: 1,
      statementTimeoutMs: 600_000,
      log: pino({ level: "silent" }),
    });
    try {
      const proof = await proveRecord(db, anchors);
      for (const line of describeProof(proof)) say(line);
      const isWhole = proof.problemCount === 0 && proof.anchors.every(({ isEqual }) => isEqual);
      if (isWhole && file && values["add-anchor"]) {
        await file.append(await readAnchor(db, anchorTime(new Date())));
        say(`Added a new anchor to ${place}.`);
      }
      return isWhole ? 0 : 1;
    } finally {
      await close();
    }
  } finally {
    await embedded?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const why = isWithoutTables(error) ? withoutTablesMessage : explainError(error);
  process.stderr.write(`The audit trail could not be verified. ${why}\n`);
  process.exitCode = 2;
}
