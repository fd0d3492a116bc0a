// cspell:words EREFUSED EBADRESP
import { type AddressInfo, createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AddressRefused } from "../../server/outward/addresses.ts";
import {
  CallFailed,
  createOutwardCalls,
  type OutwardAnswer,
  type OutwardCalls,
} from "../../server/outward/outward-calls.ts";
import {
  answer,
  cutBody,
  cutConnection,
  drip,
  type ScriptedServer,
  silence,
  startScriptedServer,
} from "../support/scripted-server.ts";

let server: ScriptedServer;
let calls: OutwardCalls;
beforeAll(async () => {
  server = await startScriptedServer();
  calls = createOutwardCalls({ allowedHosts: ["localhost", "127.0.0.1"], timeoutMs: 700 });
});
afterEach(() => void server.requests.splice(0));
afterAll(async () => {
  await calls?.stop();
  await server?.stop();
});

const post = (path = "/") => calls.post(`${server.url}${path}`, { "content-type": "application/json" }, "{}");

describe("a call", () => {
  test("gives the status, Retry-After and the beginning of the answer", async () => {
    server.script(answer(503, "x".repeat(100_000), { "retry-after": "3" }));
    const { status, retryAfter, body } = await post();
    expect({ status, retryAfter, length: body.length }).toEqual({ status: 503, retryAfter: "3", length: 64 * 1024 });
  });

  test("follows no redirect", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      server.script(answer(status, "", { location: `${server.url}/elsewhere` }));
      expect((await post()).status).toBe(status);
    }
    expect(server.requests.map(({ path }) => path)).toEqual(["/", "/", "/", "/", "/"]);
  });

  test.each([
    ["silence", silence, "There was no answer within 0.7 seconds."],
    ["a cut connection", cutConnection, "The connection was closed without an answer."],
  ])("ends at %s with a sentence", async (_, script, message) => {
    server.script(script);
    const failed = await post().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CallFailed);
    expect((failed as Error).message).toBe(message);
  });

  test("keeps the status when the answer breaks off or never ends", async () => {
    server.script(cutBody(200), drip);
    expect((await post()).status).toBe(200);
    const startedAt = performance.now();
    expect((await post()).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  const early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  test.each<[string, string | Buffer, string | number]>([
    ["three interim answers", early.repeat(3) + ok, 2],
    ["a flood of interim answers", early.repeat(20_000), "The answer did not begin after ten interim ones."],
    [
      "another protocol",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "The connection was closed without an answer.",
    ],
    [
      "endless headers",
      `HTTP/1.1 200 OK\r\n${`X: ${"y".repeat(5_000)}\r\n`.repeat(10)}`,
      "The answer's headers are too large.",
    ],
    ["no HTTP", "\x15\x03\x03\x00\x02", "The call failed."],
    [
      "a compressed bomb, which is not unpacked",
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`),
        bomb,
      ]),
      Math.min(bomb.length, 64 * 1024),
    ],
  ])("ends with %s", async (_, bytes, expected) => {
    const receiver = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.write(bytes));
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const { port } = receiver.address() as AddressInfo;
    const ended = await calls.post(`http://127.0.0.1:${port}/`, {}, "{}").catch((error: unknown) => error);
    expect(ended instanceof Error ? ended.message : (ended as OutwardAnswer).body.length).toBe(expected);
    receiver.close();
  });

  test("to a port where nothing listens says so", async () => {
    await expect(calls.post("http://localhost:1/", {}, "")).rejects.toThrow("The connection was refused.");
  });

  test.each([
    ["ENOTFOUND", "queryA", "The name of the address cannot be resolved."],
    ["ENODATA", "queryAaaa", "The name of the address cannot be resolved."],
    ["EREFUSED", "queryA", "The name of the address cannot be resolved."],
    ["EBADRESP", "queryA", "The name of the address cannot be resolved."],
    // The name server refuses connections, and not the receiver.
    ["ECONNREFUSED", "queryA", "The name of the address cannot be resolved."],
    ["ETIMEOUT", "queryA", "The name of the address was not resolved in time."],
    ["EAI_AGAIN", "getaddrinfo", "The name of the address was not resolved in time."],
  ])("to a name for which the name server answers %s to %s says so", async (code, syscall, message) => {
    const nowhere = createOutwardCalls({
      allowedHosts: [],
      resolve: () => Promise.reject(Object.assign(new Error("x"), { code, syscall })),
    });
    await expect(nowhere.post("https://nowhere.example/", {}, "")).rejects.toThrow(message);
    expect(await nowhere.addressProblem("https://nowhere.example/")).toContain("cannot be resolved");
    await nowhere.stop();
  });

  test("to a name that is not resolved at all ends in time", async () => {
    const silent = createOutwardCalls({ allowedHosts: [], resolve: () => new Promise(() => {}), timeoutMs: 500 });
    await expect(silent.post("https://silent.example/", {}, "")).rejects.toThrow("There was no answer within");
    await silent.stop();
  });
});

describe("a name that changes its address", () => {
  test("is refused at the connection, also if it was public when it was entered", async () => {
    const answers = ["8.8.8.8", "127.0.0.1"];
    const rebinding = createOutwardCalls({
      allowedHosts: [],
      resolve: async () => [{ address: answers.shift() ?? "127.0.0.1", family: 4 }],
      timeoutMs: 700,
    });
    const address = `https://rebinding.example:${new URL(server.url).port}/`;
    expect(await rebinding.addressProblem(address)).toBeNull();
    await expect(rebinding.post(address, {}, "")).rejects.toThrow(
      "rebinding.example resolves to 127.0.0.1, which belongs to this machine, so it is not called.",
    );
    await expect(rebinding.post(address, {}, "")).rejects.toBeInstanceOf(AddressRefused);
    expect(server.requests).toHaveLength(0);
    await rebinding.stop();
  });

  test("is refused with IPv6 and mixed answers too", async () => {
    for (const addresses of [["::1"], ["::ffff:127.0.0.1"], ["8.8.8.8", "169.254.169.254"]]) {
      const resolved = addresses.map((address) => ({
        address,
        family: address.includes(":") ? (6 as const) : (4 as const),
      }));
      const one = createOutwardCalls({ allowedHosts: [], resolve: async () => resolved, timeoutMs: 700 });
      await expect(one.post("https://mixed.example/", {}, ""), addresses.join()).rejects.toBeInstanceOf(AddressRefused);
      await one.stop();
    }
  });
});

test("an address that is not a name is checked as well", async () => {
  const strict = createOutwardCalls({ allowedHosts: [], timeoutMs: 700 });
  for (const address of ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "http://localhost/"]) {
    await expect(strict.post(address, {}, ""), address).rejects.toBeInstanceOf(AddressRefused);
  }
  await strict.stop();
});
