/** One Marketdesk per DATA_DIR, and no PostgreSQL left over from a killed one. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { link, readFile, readdir, readlink, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

type Owner = { pid: number; startedAt: string };

/** When a process started, as the system writes it; null if it does not exist or is a zombie. */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  }
  const answer = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return answer.stdout.trim() || null;
}

async function isAlive(owner: Owner): Promise<boolean> {
  return (await startOf(owner.pid)) === owner.startedAt;
}

/** Takes DATA_DIR for this process, and returns how to release it. Throws a sentence if a live process has it. */
export async function takeDataDir(dataDir: string): Promise<() => Promise<void>> {
  const lock = join(dataDir, "marketdesk.lock");
  const candidate = `${lock}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const self: Owner = { pid: process.pid, startedAt: (await startOf(process.pid)) ?? "" };
  await writeFile(candidate, JSON.stringify(self), { mode: 0o600 });
  try {
    // A link appears with its content, unlike a new file, so no one reads a half-written lock.
    while (!(await link(candidate, lock).then(() => true, refuseUnlessExists))) await removeStale(lock, dataDir);
  } finally {
    await rm(candidate, { force: true });
  }
  return () => rm(lock, { force: true });
}

function refuseUnlessExists(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}

async function removeStale(lock: string, dataDir: string): Promise<void> {
  await refuseIfAlive(lock, dataDir);
  const moved = `${lock}.${process.pid}-${randomBytes(4).toString("hex")}`;
  if (
    !(await rename(lock, moved).then(
      () => true,
      () => false,
    ))
  )
    return;
  try {
    // Another process may have taken it between check and move: then it is put back.
    await refuseIfAlive(moved, dataDir).catch(async (error: unknown) => {
      await link(moved, lock).catch(() => {});
      throw error;
    });
  } finally {
    await rm(moved, { force: true });
  }
}

async function refuseIfAlive(lock: string, dataDir: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => null);
  if (text === null) return;
  const owner = JSON.parse(text) as Owner;
  if (await isAlive(owner)) {
    throw new Error(
      `Another Marketdesk (process ${owner.pid}) uses ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
}

/** The PostgreSQL processes whose working directory is this data folder. */
async function processesIn(data: string): Promise<number[]> {
  const path = await realpath(data);
  if (process.platform !== "linux") return postmasterOf(path);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => null)));
  return pids.filter((_, index) => places[index] === path);
}

async function postmasterOf(data: string): Promise<number[]> {
  const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  if (!pid) return [];
  const answer = await promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return answer.stdout.includes(data) ? [pid] : [];
}

function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  }
}

/**
 * Stops a PostgreSQL that an earlier, killed run left in a folder, gently at first, and removes its pid file. Only
 * with DATA_DIR taken. Throws a sentence if it does not stop.
 */
export async function stopLeftover(data: string, log: (line: string) => void): Promise<void> {
  let left = await processesIn(data);
  if (left.length > 0) log("Stopping the PostgreSQL of an earlier run.");
  const steps = [
    ["SIGINT", 5_000],
    ["SIGQUIT", 2_000],
    ["SIGKILL", 2_000],
  ] as const;
  for (const [signal, timeoutMs] of steps) {
    if (left.length === 0) break;
    const [postmaster] = await postmasterFirst(data, left);
    signalAll(signal === "SIGKILL" || !postmaster ? left : [postmaster], signal);
    const until = performance.now() + timeoutMs;
    while (left.length > 0 && performance.now() < until) {
      await sleep(25);
      left = await processesIn(data);
    }
  }
  if (left.length > 0) throw new Error(`Another PostgreSQL uses ${data} (process ${left.join(", ")}). Stop it.`);
  // PostgreSQL trusts the pid in this file, which may be another process's by now.
  await rm(join(data, "postmaster.pid"), { force: true });
}

/** The postmaster first, if it is among the processes: it would replace the others. */
async function postmasterFirst(data: string, pids: number[]): Promise<number[]> {
  const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  return pids.includes(pid) ? [pid] : [];
}
