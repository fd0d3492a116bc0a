/** Runs a program until it is told to stop, and leaves no process behind. */
import { readFileSync } from "node:fs";
import { errorInWords, explainError } from "../describe-error.ts";

type Running = { stop(): Promise<void> };

const stopTimeoutMs = 9_000;
const parentCheckMs = 1_000;
/** A terminal signals the whole group, and npm and `node --watch` pass the signal on as well: that is one, not two. */
const sameSignalMs = 400;

/**
 * Starts a program and stops it at SIGINT, SIGTERM, SIGHUP, an error that nobody caught, or the end of the npm that started
 * it. A stop that takes over 9 s, and a second signal, end the process at once. Why it cannot start is printed as one
 * sentence when the error has no more to tell than that.
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<void> {
  let isStopping = false;
  let signaledAt = 0;
  let running: Running | null = null;
  const stop = (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    process.exitCode = exitCode;
    setTimeout(() => end("Not everything stopped within 9 s.", 1), stopTimeoutMs).unref();
    if (running) void finish(running, exitCode);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (Date.now() - signaledAt < sameSignalMs) return;
      signaledAt = Date.now();
      if (isStopping) end("Stopped at once.", 1);
      say("Stopping; a second Ctrl-C stops at once.");
      stop(0);
    });
  }
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      say(`An error that nobody caught: ${errorInWords(error)}`);
      stop(1);
    });
  }
  whenParentEnds(() => stop(0));
  try {
    running = await start();
    if (isStopping) await finish(running, 0);
  } catch (error) {
    end(explainError(error), 1);
  }
}

async function finish(running: Running, exitCode: number): Promise<void> {
  try {
    await running.stop();
    process.exit(exitCode);
  } catch (error) {
    end(`Not everything stopped cleanly: ${explainError(error)}`, 1);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function end(line: string, exitCode: number): never {
  say(line);
  process.exit(exitCode);
}

type Listening = { port: number; sandboxPort: number; host: string };

/** Turns what the system says about an address that cannot be listened on into a sentence that names the setting. */
export function explainListenError(error: unknown, { port, sandboxPort, host }: Listening): unknown {
  const { code, port: wanted } = error as NodeJS.ErrnoException & { port?: number };
  const name = wanted === sandboxPort && wanted !== port ? "SANDBOX_PORT" : "PORT";
  switch (code) {
    case "EADDRINUSE":
      return new Error(
        `Port ${wanted} is taken by another program: set ${name} to another port, or to 0 for any free one.`,
      );
    case "EACCES":
      return wanted === undefined
        ? error
        : new Error(`Port ${wanted} needs special rights: set ${name} to one above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return wanted === undefined && code === "EADDRNOTAVAIL"
        ? error
        : new Error(`This machine has no address ${host}: set HOST to one that it has, such as 127.0.0.1 or 0.0.0.0.`);
    default:
      return error;
  }
}

/** npm runs a script through a shell, and neither passes on that the other was killed. Outside of npm nothing is watched. */
function whenParentEnds(stop: () => void): void {
  if (!process.env["npm_lifecycle_event"]) return;
  const atStart = ancestors();
  setInterval(() => {
    if (ancestors() === atStart) return;
    // Under `node --watch` the watcher would wait for a change for ever.
    if (process.env["WATCH_REPORT_DEPENDENCIES"]) process.kill(process.ppid, "SIGTERM");
    stop();
  }, parentCheckMs).unref();
}

/** The processes between npm and this one, as text to compare. Where the system has no /proc: the parent alone. */
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
