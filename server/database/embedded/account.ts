/** PostgreSQL refuses to run as root, so it then runs as another account. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Null: the account that this process runs as. */
export type Account = { uid: number; gid: number } | null;

/** Whether this process may act as any account. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Options of a PostgreSQL process: none of our settings, a folder that all accounts can enter, English messages. */
export function processOptions(account: Account) {
  return {
    ...account,
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  };
}

/** For root: the account `postgres` where there is one, else `nobody`. For everyone else: null. */
export async function unprivilegedAccount(): Promise<Account> {
  if (!isRoot()) return null;
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const entry = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  return { uid: Number(entry?.[2] ?? 65_534), gid: Number(entry?.[3] ?? 65_534) };
}

/** Runs a command to its end as an account; never rejects. `output` is what it printed, or why it did not start. */
export function runAs(account: Account, command: string, args: string[]): Promise<{ isOk: boolean; output: string }> {
  return new Promise((resolve) => {
    try {
      execFile(command, args, { ...processOptions(account), timeout: 120_000 }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({ isOk: error === null, output: output || (error?.message ?? "") });
      });
    } catch (error) {
      resolve({ isOk: false, output: error instanceof Error ? error.message : String(error) });
    }
  });
}
