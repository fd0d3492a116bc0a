import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { explainListenError } from "../../server/start/listen-error.ts";

const module = new URL("../../server/start/run-until-stopped.ts", import.meta.url).href;

type Program = { child: ChildProcess; output: () => string; ended: Promise<unknown[]> };

/** Runs a program that says `started`, and whose start and stop are given as code. */
async function program(
  code: { start?: string; stop?: string },
  env: NodeJS.ProcessEnv = {},
  stdout: number | "ignore" | "pipe" = "ignore",
): Promise<Program> {
  const script = `
    import { setTimeout as sleep } from "node:timers/promises";
    const { runUntilStopped } = await import(${JSON.stringify(module)});
    setInterval(() => {}, 1_000);
    await runUntilStopped(async () => {
      console.error("starting");
      ${code.start ?? ""}
      console.error("started");
      return { stop: async () => { ${code.stop ?? ""}; console.error("stopped"); } };
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, npm_lifecycle_event: undefined, ...env },
    stdio: ["ignore", stdout, "pipe"],
  });
  child.stdout?.destroy();
  let text = "";
  child.stderr?.on("data", (data: Buffer) => (text += data.toString()));
  const ended = once(child, "close");
  while (!text.includes("starting") && child.exitCode === null) await sleep(10);
  return { child, output: () => text, ended };
}

async function whenStarted(of: Program): Promise<void> {
  while (!of.output().includes("started")) await sleep(10);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("E: the log", () => {
  const logOutput = new URL("../../server/start/log-output.ts", import.meta.url).href;
  const writeLines = `
    const { openLogOutput } = await import(${JSON.stringify(logOutput)});
    const output = openLogOutput();
    for (let n = 0; n < 20; n += 1) {
      output.write("a line of the log\\n");
      process.stdout.write("a line without it\\n");
      await sleep(5);
    }`;

  test.each([
    ["its disk is full", () => openSync("/dev/full", "w")],
    ["it cannot be written to", () => openSync("/dev/null", "r")],
    ["its reader has ended", () => "pipe" as const],
  ])("ends no process when %s", async (_, open) => {
    const stdout = open();
    const run = await program({ start: writeLines }, {}, stdout);
    if (typeof stdout === "number") closeSync(stdout);
    await whenStarted(run);
    run.child.kill("SIGTERM");
    expect(await run.ended).toEqual([0, null]);
    expect(run.output()).not.toContain("Uncaught");
  });
});

describe("runUntilStopped", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("stops cleanly at %s", async (signal) => {
    const run = await program({});
    await whenStarted(run);
    run.child.kill(signal);
    expect(await run.ended).toEqual([0, null]);
    expect(run.output()).toContain("stopped");
  });

  test("treats a signal that arrives twice as one", async () => {
    const run = await program({ stop: "await sleep(600)" });
    await whenStarted(run);
    run.child.kill("SIGINT");
    await sleep(20);
    run.child.kill("SIGTERM");
    expect(await run.ended).toEqual([0, null]);
    expect(run.output()).toContain("stopped");
  });

  test("ends immediately at a second signal", async () => {
    const run = await program({ stop: "await sleep(60_000)" });
    await whenStarted(run);
    run.child.kill("SIGINT");
    await sleep(500);
    run.child.kill("SIGINT");
    expect(await run.ended).toEqual([1, null]);
  });

  test("stops what a start in progress has started", async () => {
    const run = await program({ start: "await sleep(700)" });
    run.child.kill("SIGTERM");
    expect(await run.ended).toEqual([0, null]);
    expect(run.output()).toMatch(/started\s+stopped/);
  });

  test("ends within 10 s if something does not stop", async () => {
    const run = await program({ stop: "await sleep(60_000)" });
    await whenStarted(run);
    const since = Date.now();
    run.child.kill("SIGTERM");
    expect(await run.ended).toEqual([1, null]);
    expect(Date.now() - since).toBeLessThan(20_000);
  });

  test("says in one sentence why it cannot start", async () => {
    const run = await program({ start: 'throw new Error("PORT must be a number.")' });
    expect(await run.ended).toEqual([1, null]);
    expect(run.output()).toBe("starting\nPORT must be a number.\n");
  });

  test("stops after an uncaught error", async () => {
    const run = await program({ start: 'setTimeout(() => { throw new Error("lost") }, 50)' });
    expect(await run.ended).toEqual([1, null]);
    expect(run.output()).toMatch(/Uncaught error: Error\n    at [\s\S]*stopped/);
  });

  test.each(["uncaught", "rejected"])("C7 (82): prints no values of an uncaught error (%s)", async (how) => {
    const error = `Object.assign(new Error("Failed query: select $1 params: Canary Moreau"), { code: "23505", detail: "Canary Moreau" })`;
    const fail = how === "uncaught" ? `setTimeout(() => { throw ${error} }, 50)` : `void Promise.reject(${error})`;
    const run = await program({ start: fail });
    expect(await run.ended).toEqual([1, null]);
    expect(run.output()).toContain("Uncaught error: Error (code 23505)\n    at ");
    expect(run.output()).not.toContain("Canary");
  });

  test("C7 (82): prints no values of a database error that prevents the start", async () => {
    const run = await program({
      start: `throw Object.assign(new Error("Failed query: select $1"), { query: "select $1", params: ["Canary Moreau"], cause: Object.assign(new Error("Canary Moreau"), { code: "22P02" }) })`,
    });
    expect(await run.ended).toEqual([1, null]);
    expect(run.output()).toContain("caused by Error (code 22P02)");
    expect(run.output()).not.toContain("Canary");
  });

  test.runIf(process.platform === "linux")("stops when npm's shell ends", async () => {
    const script = `
      const { runUntilStopped } = await import(${JSON.stringify(module)});
      setInterval(() => {}, 1_000);
      await runUntilStopped(async () => ({ stop: async () => {} }));
      console.log(process.pid);`;
    const shell = spawn("sh", ["-c", '"$0" --input-type=module -e "$1"; true', process.execPath, script], {
      env: { ...process.env, npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [pid] = (await once(shell.stdout, "data")) as [Buffer];
    const closed = once(shell.stdout, "close");
    shell.kill("SIGKILL");
    await closed;
    await expect.poll(() => isRunning(Number(pid)), { timeout: 30_000 }).toBe(false);
  });
});

describe("explainListenError", () => {
  const config = { port: 3000, sandboxPort: 3900, host: "10.0.0.9" };
  const failure = (properties: object) => Object.assign(new Error("listen"), properties);

  test.each([
    [{ code: "EADDRINUSE", port: 3000 }, "Port 3000 is used by another program: set PORT to another port"],
    [{ code: "EADDRINUSE", port: 3900 }, "Port 3900 is used by another program: set SANDBOX_PORT to another port"],
    [{ code: "EACCES", port: 80 }, "Port 80 requires special permissions: set PORT to a port above 1023."],
    [
      { code: "EADDRNOTAVAIL", port: 3000 },
      "This machine does not have the address 10.0.0.9: set HOST to one of its addresses",
    ],
  ])("names the setting of %j", (properties, sentence) => {
    expect((explainListenError(failure(properties), config) as Error).message).toContain(sentence);
  });

  test("leaves other errors unchanged", () => {
    const other = failure({ code: "ECONNREFUSED", port: 5432 });
    expect(explainListenError(other, config)).toBe(other);
  });
});
