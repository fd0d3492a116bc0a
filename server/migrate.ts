/**
 * `npm run migrate -- [--grant ROLE]`: brings the database of DATABASE_URL to the schema of this version. It connects as the role
 * that owns the tables, so that the app itself can run as a role with fewer rights: `--grant` gives ROLE what the app needs.
 */
import { parseArgs } from "node:util";
import { readDatabaseUrl } from "./config.ts";
import { migrate } from "./database/migrations/migrate.ts";
import { explainError } from "./describe-error.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { grant: { type: "string" } } });
  const url = readDatabaseUrl(process.env);
  if (url === null) {
    throw new Error("DATABASE_URL must be set: only the embedded database is migrated by npm start alone.");
  }
  const applied = await migrate(url, { grantTo: values.grant });
  const lines = applied.map((tag) => `Applied ${tag}`);
  if (lines.length === 0) lines.push("The database has the schema of this version already.");
  if (values.grant !== undefined) lines.push(`The role "${values.grant}" has the rights that the app needs.`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The database was not migrated. ${explainError(error)}\n`);
  process.exitCode = 1;
}
