/** `npm run rehearse` as a publisher runs it when something is wrong: it says so, ends, and leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../support/ports.ts";

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), "rehearse-command-"));
});
afterEach(() => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));

async function run(...args: string[]) {
  const child = spawn(process.execPath, ["clients/rehearse.ts", ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

const folders = async () => (await readdir(temporary)).filter((name) => name.startsWith("marketdesk-rehearsal-"));
const endpoint = "http://127.0.0.1:9/webhooks";

test.each([
  ["an endpoint that is not a web address", ["--endpoint", "localhost:4000"]],
  ["a time that is no number", ["--endpoint", endpoint, "--within", "abc"]],
  ["an unknown option", ["--endpoint", endpoint, "--fast"]],
])("the rehearsal prints its usage for %s", async (_name, args) => {
  const { code, said } = await run(...args);
  expect(said).toContain("Usage: npm run rehearse");
  expect(code).toBe(1);
});

test("the rehearsal ends and removes its folder when its port is taken", async () => {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, said } = await run("--endpoint", endpoint, "--port", String(port));
  server.close();
  expect(said).toContain(String(port));
  expect(code).toBe(1);
  expect(await folders()).toEqual([]);
});

test.skipIf(process.platform === "win32")(
  "the rehearsal ends when the start command fails, and ends what that has started",
  async () => {
    // What it leaves running holds the rehearsal's output open, so the run has ended only when that has ended too. Its process ID
    // proves nothing: it stays until someone reads how the process ended, which not every container's first process does.
    const start = "sleep 300 & exit 3";
    const { code, said } = await run("--endpoint", endpoint, "--port", String(await freePort()), "--start", start);
    expect(said).toContain("The start command ended with 3, and nothing answers at the endpoint.");
    expect(code).toBe(1);
    expect(await folders()).toEqual([]);
  },
);
