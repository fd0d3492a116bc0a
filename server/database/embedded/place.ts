/** Decides where the embedded database lies and which account runs it. */
import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, lstat, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { isRoot, runAs, unprivilegedAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { findBinaries } from "./binaries.ts";

export type Place = {
  account: Account;
  binaries: Binaries;
  /** Owned by the account and closed to all others; PostgreSQL's own files are in its folder `data`. */
  home: string;
  /** Of the database's one role. */
  password: string;
};

type Home = Pick<Place, "account" | "home">;

/** Where root puts what another account must reach while DATA_DIR lies in a folder that the account cannot enter. */
const sharedRoots = ["/var/lib/marketdesk", "/var/tmp/marketdesk", join(tmpdir(), "marketdesk")];

/**
 * Makes what is missing of DATA_DIR (an absolute path) and gives what is needed to start PostgreSQL there.
 * Throws sentences.
 */
export async function prepareDirectory(dataDir: string, log: (line: string) => void): Promise<Place> {
  const { account, home } = isRoot() ? await chooseHomeForRoot(dataDir, log) : await ownHome(dataDir);
  const binaries = await findBinaries(account, () => (account ? sharedRoot(account) : Promise.resolve(dataDir)));
  return { account, binaries, home, password: await readPassword(dataDir, home) };
}

async function ownHome(dataDir: string): Promise<Home> {
  const home = join(dataDir, "postgres");
  await mkdir(home, { mode: 0o700, recursive: true });
  if ((await stat(home)).uid === (process.getuid?.() ?? 0)) return { account: null, home };
  throw new Error(`The database in ${home} belongs to another account: set DATA_DIR to a folder of your own.`);
}

async function chooseHomeForRoot(dataDir: string, log: (line: string) => void): Promise<Home> {
  const pointer = join(dataDir, "database-location.json");
  const inside = join(dataDir, "postgres");
  const former = await readPointer(pointer, dataDir);
  const account = (await ownerOf(former ?? inside)) ?? (await unprivilegedAccount());
  if (former) return { account, home: former };
  if (await canUse(await createHome(inside, account), account)) return { account, home: inside };
  if (await stat(join(inside, "data")).catch(() => null)) {
    throw new Error(
      `The account that runs PostgreSQL can no longer enter ${inside}: open the folders above it (chmod o+x).`,
    );
  }
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const home = await createHome(join(await sharedRoot(account), name), account);
  await writeFile(pointer, `${JSON.stringify({ dataDir, home }, null, 2)}\n`);
  await rm(inside, { recursive: true });
  log(`PostgreSQL does not run as root and other accounts cannot enter ${dataDir}: the database lies in ${home}.`);
  return { account, home };
}

/** Who owns an existing database: it can be run by that account only. */
async function ownerOf(home: string): Promise<Account> {
  const found = await stat(home).catch(() => null);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

/**
 * The pointer counts for the DATA_DIR it was written in, also after that was moved. A copy gets a database of its own,
 * because two checkouts must not share one.
 */
async function readPointer(file: string, dataDir: string): Promise<string | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const pointer = JSON.parse(text) as { dataDir: string; home: string };
  if (pointer.dataDir !== dataDir && (await stat(pointer.dataDir).catch(() => null))) return null;
  if (await stat(pointer.home).catch(() => null)) return pointer.home;
  throw new Error(
    `The database in ${pointer.home} is gone: put it back, or delete ${file} to start with an empty one.`,
  );
}

async function createHome(path: string, account: Account): Promise<string> {
  await mkdir(path, { mode: 0o700, recursive: true });
  if (account) await chown(path, account.uid, account.gid);
  return path;
}

async function canUse(path: string, account: Account): Promise<boolean> {
  return (await runAs(account, "sh", ["-c", 'cd "$1" && test -w .', "sh", path])).isOk;
}

/** The first shared folder that nobody but root can write to and that the account can enter. */
async function sharedRoot(account: Account): Promise<string> {
  for (const root of sharedRoots) {
    try {
      await mkdir(root, { recursive: true });
      const found = await lstat(root);
      if (!found.isDirectory() || found.uid !== 0) continue;
      await chmod(root, 0o755);
      if ((await runAs(account, "sh", ["-c", 'cd "$1"', "sh", root])).isOk) return root;
    } catch {
      continue;
    }
  }
  throw new Error(
    `PostgreSQL does not run as root, and no other account can enter ${sharedRoots.join(", ")}: set DATABASE_URL.`,
  );
}

async function readPassword(dataDir: string, home: string): Promise<string> {
  const file = join(dataDir, "postgres-password");
  const stored = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT")
      throw new Error(`The file ${file} cannot be read (${error.code}): run as the account that made it.`);
    return "";
  });
  if (stored) return stored.trim();
  if (await stat(join(home, "data")).catch(() => null)) {
    throw new Error(`The file ${file} is gone and the database in ${home} cannot be opened without it: put it back.`);
  }
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}
