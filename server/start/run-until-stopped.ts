/** Runs a program until it is stopped, and leaves no process behind. */
import { errorInWords, explainError } from "../describe-error.ts";
import { surviveLostOutput } from "./log-output.ts";
import { whenParentEnds } from "./when-parent-ends.ts";

type Running = { stop(): Promise<void> };

const stopTimeoutMs = 9_000;
/** A terminal signals the whole group, and npm and `node --watch` forward the signal too: that counts as one. */
const sameSignalMs = 400;

/**
 * Starts a program and stops it on SIGINT, SIGTERM, SIGHUP, an uncaught error, or the end of its npm parent. A stop
 * of over 9 s, or a second signal, exits immediately. A start error that is a sentence is printed as one. Output that cannot
 * be written is lost.
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<void> {
  surviveLostOutput();
  let isStopping = false;
  let signaledAt = Number.NEGATIVE_INFINITY;
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
      if (performance.now() - signaledAt < sameSignalMs) return;
      signaledAt = performance.now();
      if (isStopping) end("Stopped immediately.", 1);
      say("Stopping. Press Ctrl-C again to stop immediately.");
      stop(0);
    });
  }
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      say(`Uncaught error: ${errorInWords(error)}`);
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
