/** Decides where the embedded database is and which account runs it. */
import { createHash, randomBytes } from "node:crypto";
import { chmod, chown, lstat, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { isRoot, runAs, unprivilegedAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { findBinaries } from "./binaries.ts";
import { createFolder } from "./create-folder.ts";

export type Place = {
  account: Account;
  binaries: Binaries;
  /** Owned by the account and closed to others; PostgreSQL's files are in its folder `data`. */
  home: string;
  /** The password of the database's only role. */
  password: string;
};

/** In DATA_DIR, if the database is elsewhere. */
export const locationFile = "database-location.json";

type Home = Pick<Place, "account" | "home">;

/** Where root puts what another account must reach if it cannot enter DATA_DIR. */
const sharedRoots = ["/var/lib/marketdesk", "/var/tmp/marketdesk", join(tmpdir(), "marketdesk")];

/**
 * Creates what is missing of DATA_DIR (an absolute path) and returns what PostgreSQL needs to start. Throws
 * sentences.
 */
export async function prepareDirectory(dataDir: string, log: (line: string) => void): Promise<Place> {
  const { account, home } = isRoot() ? await chooseHomeForRoot(dataDir, log) : await ownHome(dataDir);
  const binaries = await findBinaries(account, () => (account ? sharedRoot(account) : Promise.resolve(dataDir)));
  return { account, binaries, home, password: await readPassword(dataDir, home) };
}

async function ownHome(dataDir: string): Promise<Home> {
  const home = join(dataDir, "postgres");
  await createFolder(home, 0o700);
  if ((await stat(home)).uid === (process.getuid?.() ?? 0)) return { account: null, home };
  throw new Error(`The database in ${home} belongs to another account. Set DATA_DIR to your own folder.`);
}

async function chooseHomeForRoot(dataDir: string, log: (line: string) => void): Promise<Home> {
  const pointer = join(dataDir, locationFile);
  const inside = join(dataDir, "postgres");
  const former = await readPointer(pointer, dataDir);
  const account = (await ownerOf(former ?? inside)) ?? (await unprivilegedAccount());
  if (former) return { account, home: former };
  if (await canUse(await createHome(inside, account), account)) return { account, home: inside };
  if (await stat(join(inside, "data")).catch(() => null)) {
    throw new Error(
      `The account that runs PostgreSQL can no longer enter ${inside}. Allow access to the folders above it (chmod o+x).`,
    );
  }
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const home = await createHome(join(await sharedRoot(account), name), account);
  await writeFile(pointer, `${JSON.stringify({ dataDir, home }, null, 2)}\n`);
  await rm(inside, { recursive: true });
  log(`PostgreSQL does not run as root, and other accounts cannot enter ${dataDir}. The database is in ${home}.`);
  return { account, home };
}

/** The owner of an existing database, the only account that can run it. */
async function ownerOf(home: string): Promise<Account> {
  const found = await stat(home).catch(() => null);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

/**
 * The pointer is valid for the DATA_DIR it was written in, even after a move. A copy gets its own database, because
 * two checkouts must not share one.
 */
async function readPointer(file: string, dataDir: string): Promise<string | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const pointer = JSON.parse(text) as { dataDir: string; home: string };
  if (pointer.dataDir !== dataDir && (await stat(pointer.dataDir).catch(() => null))) return null;
  if (await stat(pointer.home).catch(() => null)) return pointer.home;
  throw new Error(
    `The database in ${pointer.home} is missing. Restore it, or delete ${file} to start with an empty database.`,
  );
}

async function createHome(path: string, account: Account): Promise<string> {
  await createFolder(path, 0o700);
  if (account) await chown(path, account.uid, account.gid);
  return path;
}

async function canUse(path: string, account: Account): Promise<boolean> {
  return (await runAs(account, "sh", ["-c", 'cd "$1" && test -w .', "sh", path])).isOk;
}

/** The first shared folder that only root can write to and that the account can enter. */
async function sharedRoot(account: Account): Promise<string> {
  for (const root of sharedRoots) {
    try {
      await createFolder(root);
      const found = await lstat(root);
      if (!found.isDirectory() || found.uid !== 0) continue;
      await chmod(root, 0o755);
      if ((await runAs(account, "sh", ["-c", 'cd "$1"', "sh", root])).isOk) return root;
    } catch {
      continue;
    }
  }
  throw new Error(
    `PostgreSQL does not run as root, and no other account can enter ${sharedRoots.join(", ")}. Set DATABASE_URL.`,
  );
}

async function readPassword(dataDir: string, home: string): Promise<string> {
  const file = join(dataDir, "postgres-password");
  const stored = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT")
      throw new Error(`The file ${file} cannot be read (${error.code}). Run as the account that created it.`);
    return "";
  });
  if (stored) return stored.trim();
  if (await stat(join(home, "data")).catch(() => null)) {
    throw new Error(
      `The file ${file} is missing, and the database in ${home} cannot be opened without it. Restore the file.`,
    );
  }
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}
