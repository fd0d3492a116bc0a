/** Notices that the npm which started this process was killed: nothing else would tell it. */
import { readFileSync } from "node:fs";

const checkMs = 1_000;

/**
 * npm runs a script through a shell, and neither forwards that the other was killed. Without npm nothing is
 * watched.
 */
export function whenParentEnds(stop: () => void): void {
  if (!process.env["npm_lifecycle_event"]) return;
  const atStart = ancestors();
  setInterval(() => {
    if (ancestors() === atStart) return;
    // Under `node --watch` the watcher would wait for a change forever.
    if (process.env["WATCH_REPORT_DEPENDENCIES"]) process.kill(process.ppid, "SIGTERM");
    stop();
  }, checkMs).unref();
}

/** The processes between npm and this one, as text to compare. Without /proc: only the parent. */
function ancestors(): string {
  const chain = [process.ppid];
  for (let pid = process.ppid; pid > 1 && chain.length < 5;) {
    const stat = readStat(pid);
    if (!stat || stat.name.startsWith("npm")) break;
    pid = stat.parent;
    chain.push(pid);
  }
  return chain.join(" ");
}

function readStat(pid: number): { name: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    return { name: text.slice(text.indexOf("(") + 1, end), parent: Number(text.slice(end + 2).split(" ")[1]) };
  } catch {
    return null;
  }
}
