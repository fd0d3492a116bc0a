/**
 * `npm run migrate -- [--grant ROLE]`: migrates the database of DATABASE_URL to this version. It connects as the
 * owner of the tables, so that the app can run as a role with fewer rights: `--grant` gives ROLE what the app
 * needs.
 */
import { parseArgs } from "node:util";
import { readDatabaseUrl } from "./config.ts";
import { migrate } from "./database/migrations/migrate.ts";
import { explainError } from "./describe-error.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { grant: { type: "string" } } });
  const url = readDatabaseUrl(process.env);
  if (url === null) {
    throw new Error(
      "DATABASE_URL must be set: npm start migrates the embedded database automatically, but no other one.",
    );
  }
  const applied = await migrate(url, { grantTo: values.grant });
  const lines = applied.map((tag) => `Applied ${tag}`);
  if (lines.length === 0) lines.push("The database is already up to date.");
  if (values.grant !== undefined) lines.push(`The role "${values.grant}" has the permissions that the app needs.`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The database was not migrated. ${explainError(error)}\n`);
  process.exitCode = 1;
}
