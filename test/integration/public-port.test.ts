/** What one connection and one client may take of the public port: pipelining, slow readers and senders, many connections. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, describe, expect, test } from "vitest";
import { serveDashboard } from "../../server/http/dashboard.ts";
import { createClientAddress } from "../../server/http/limits/client-address.ts";
import type { BrokenRequest } from "../../server/http/port/broken-requests.ts";
import { createPublicServer } from "../../server/http/port/public-server.ts";
import { maxBodyBytes } from "../../server/http/port/refuse-and-close.ts";
import { securityHeaders } from "../../server/http/security.ts";
import { parseNetwork } from "../../server/config/network.ts";
import { eventually } from "../support/app.ts";
import { megabytesInUse } from "../support/memory.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Options = Parameters<typeof createPublicServer>[2] & { trustedProxies?: string[] };

async function serve(listener: RequestListener, options: Options = {}) {
  const clients = createClientAddress((options.trustedProxies ?? []).map(parseNetwork));
  const server = createPublicServer(listener, clients, options);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  return { server, port, sockets };
}

/** A connection of a client; it collects what it reads, and reads nothing while `isReading` is false. */
async function open(port: number, { isReading = true, localAddress = "127.0.0.1" } = {}) {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  cleanUps.push(() => socket.destroy());
  const state = { socket, text: "", bytes: 0, isClosed: false, closedAfterMs: 0 };
  const begun = performance.now();
  socket.on("error", () => {});
  socket.on("close", () => {
    state.isClosed = true;
    state.closedAfterMs = performance.now() - begun;
  });
  if (isReading) {
    socket.on("data", (chunk: Buffer) => {
      state.bytes += chunk.length;
      if (state.text.length < 1e6) state.text += chunk.toString("latin1");
    });
  }
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  return state;
}

const get = (path = "/", headers = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

test.each(["200-ok", "100-continue, other", "x=y"])(
  "a request that expects %s is answered as any other, because a 4xx would refuse a customer's change",
  async (expectation) => {
    const { port } = await serve((_, response) => void response.end("done"));
    const client = await open(port);
    client.socket.write(
      `POST /webhooks/marketplace HTTP/1.1\r\nHost: localhost\r\nExpect: ${expectation}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await eventually(() => Promise.resolve(client.text.includes("done")));
    expect(statusesIn(client.text).at(-1)).toBe(200);
  },
);

describe("A8: pipelined requests and slow readers", () => {
  test("of 900 unread requests for a large answer, one is in progress, and the connection is closed", async () => {
    let begun = 0;
    const { port, sockets } = await serve((_, response) => {
      begun += 1;
      response.end(Buffer.alloc(8_000_000));
    });
    const client = await open(port, { isReading: false });
    client.socket.write(get().repeat(900));
    await eventually(() => Promise.resolve(sockets[0]?.destroyed));
    expect(begun).toBe(1);
  });

  test("a few pipelined requests are answered in order, including their bodies", async () => {
    const { port } = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      await sleep(Math.random() * 5);
      response.end(`<${request.url}:${body}>`);
    });
    const client = await open(port);
    const requests = Array.from({ length: 12 }, (_, n) =>
      n % 2
        ? get(`/${n}`)
        : `POST /${n} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbo${String(n).padStart(2, "0")}`,
    );
    client.socket.write(requests.join(""));
    await eventually(() => Promise.resolve(client.text.includes("</11:>")));
    const expected = Array.from({ length: 12 }, (_, n) => `/${n}:${n % 2 ? "" : `bo${String(n).padStart(2, "0")}`}`);
    expect([...client.text.matchAll(/<([^>]+)>/g)].map(([, text]) => text)).toEqual(expected);
    client.socket.write(get("/later"));
    await eventually(() => Promise.resolve(client.text.includes("</later:>")));
  });

  test("of 40 pipelined requests, those that wait are answered, and the last answer closes the connection", async () => {
    const { port } = await serve((_, response) => void setTimeout(() => response.end("ok"), 5));
    const client = await open(port);
    client.socket.write(get().repeat(40));
    await eventually(() => Promise.resolve(client.isClosed));
    expect(statusesIn(client.text)).toEqual(Array.from({ length: 17 }, () => 200));
    expect(client.text.match(/connection: close/gi)).toHaveLength(1);
  });

  test("80 connections with 16 requests each for the dashboard's largest file hold no copy of it", async () => {
    const dir = mkdtempSync(join(tmpdir(), "marketdesk-port-"));
    cleanUps.push(() => rmSync(dir, { recursive: true }));
    mkdirSync(join(dir, "assets"));
    writeFileSync(join(dir, "index.html"), "");
    writeFileSync(join(dir, "assets", "large.js"), "x".repeat(4_000_000));
    const pages = new Hono();
    pages.use("*", securityHeaders({ publicUrl: "http://localhost", authority: "http://localhost" }));
    pages.get("*", serveDashboard({ mode: "built", dir }));
    const listener = getRequestListener(pages.fetch, { overrideGlobalObjects: false, autoCleanupIncoming: false });
    const { port, sockets } = await serve((request, response) => void listener(request, response), {
      readerTimeoutMs: 4_000,
    });
    const before = megabytesInUse();
    const clients = [];
    for (let n = 0; n < 80; n += 1) clients.push(await open(port, { isReading: false }));
    for (const { socket } of clients) socket.write(get("/assets/large.js").repeat(16));
    await eventually(() => Promise.resolve(sockets.filter((socket) => socket.writableLength > 0).length >= 80));
    expect(megabytesInUse() - before).toBeLessThan(60);
    await eventually(() => Promise.resolve(sockets.every((socket) => socket.destroyed)), 20_000);
    const reader = await open(port);
    reader.socket.write(get("/assets/large.js"));
    await eventually(() => Promise.resolve(reader.bytes > 4_000_000));
    expect(reader.text).toContain("content-length: 4000000");
  });

  test("a slow reader that keeps reading receives everything", async () => {
    const { port } = await serve((_, response) => void response.end(Buffer.alloc(12_000_000)), {
      readerTimeoutMs: 500,
    });
    const client = await open(port);
    client.socket.write(get());
    while (client.bytes < 12_000_000 && !client.isClosed) {
      client.socket.pause();
      await sleep(60);
      client.socket.resume();
      await sleep(5);
    }
    expect(client.bytes).toBeGreaterThan(12_000_000);
  });

  test("a slow answer and a stream without events are not cut off", async () => {
    const { port } = await serve(
      (request, response) => {
        if (request.url === "/stream") response.write("open");
        setTimeout(() => response.end("done"), 1_200);
      },
      { readerTimeoutMs: 200 },
    );
    const [slow, stream] = [await open(port), await open(port)];
    slow.socket.write(get("/slow"));
    stream.socket.write(get("/stream"));
    await eventually(() => Promise.resolve(slow.text.includes("done") && stream.text.includes("done")));
  });
});

describe("C16: requests that Node's parser refuses", () => {
  const post = "POST /webhooks/marketplace HTTP/1.1\r\nHost: localhost\r\n";

  async function serveBroken(listener: RequestListener, limits: Options = {}) {
    const noted: BrokenRequest[] = [];
    const { port } = await serve(listener, { ...limits, onBrokenRequest: (request) => noted.push(request) });
    return { port, noted };
  }
  /** Longer than a busy machine needs to read what has been sent. */
  const soon = { headersTimeout: 800, requestTimeout: 900 };
  const readAll: RequestListener = (request, response) => {
    request.on("error", () => {});
    request.resume().once("end", () => response.end("read"));
  };

  test.each<[string, string, BrokenRequest["reason"], number]>([
    ["a header without a colon", `${post}No colon\r\n\r\n`, "http_syntax", 400],
    ["another protocol", "POST /webhooks/marketplace SMTP/9\r\n\r\n", "http_syntax", 400],
    ["two lengths", `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, "http_syntax", 400],
    [
      "a length and chunks",
      `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "http_syntax",
      400,
    ],
    ["a bad chunk", `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n`, "http_syntax", 400],
    ["40 kB of headers", `${post}X: ${"y".repeat(40_000)}\r\n\r\n`, "http_head_size", 431],
    ["half a head", post, "http_too_slow", 408],
    ["half a body", `${post}Content-Length: 4\r\n\r\n{}`, "http_too_slow", 408],
  ])("with %s are answered in words, and noted with their address", async (_, bytes, reason, status) => {
    const { port, noted } = await serveBroken(readAll, status === 408 ? soon : {});
    const client = await open(port);
    client.socket.write(bytes);
    await eventually(() => Promise.resolve(client.isClosed));
    expect(statusesIn(client.text)).toEqual([status]);
    const [head = "", text = ""] = client.text.split("\r\n\r\n");
    expect(head).toContain("Connection: close");
    expect(head).toContain(`Content-Length: ${text.length}\r\n`);
    expect(text).toMatch(/^The .+\. Send /);
    const url = bytes === post ? undefined : "/webhooks/marketplace";
    expect(noted).toMatchObject([{ reason, status, ...(reason === "http_head_size" ? {} : { url }) }]);
  });

  test("after a request that is being answered follow its answer, which is not replaced", async () => {
    const { port, noted } = await serveBroken((_, response) => void setTimeout(() => response.end("ok"), 50));
    const client = await open(port);
    client.socket.write(`${get()}${get("/second")}Nonsense\r\n\r\n${get("/never")}`);
    await eventually(() => Promise.resolve(client.isClosed));
    expect(statusesIn(client.text)).toEqual([200, 200, 400]);
    expect(noted).toHaveLength(1);
  });

  test.each<[string, string, number]>([
    ["a bad chunk", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n", 400],
    ["half a body", "Content-Length: 4\r\n\r\n{}", 408],
  ])(
    "with %s behind a request that is being answered are not passed on, and end the connection",
    async (_, rest, status) => {
      const asked: (string | undefined)[] = [];
      const answers: (() => void)[] = [];
      const listener: RequestListener = (request, response) => {
        asked.push(request.url);
        if (request.method === "POST") return readAll(request, response);
        answers.push(() => response.end("ok"));
      };
      const { port, noted } = await serveBroken(listener, soon);
      const client = await open(port);
      client.socket.write(`${get("/first")}${post}${rest}`);
      await eventually(() => Promise.resolve(noted.length > 0));
      for (const answer of answers) answer();
      await eventually(() => Promise.resolve(client.isClosed));
      expect(statusesIn(client.text)).toEqual([200, status]);
      expect(asked).toEqual(["/first"]);
      expect(noted).toMatchObject([{ status, url: "/webhooks/marketplace" }]);
    },
  );

  test("are not noted where nothing was sent: connections are opened in advance", async () => {
    const { port, noted } = await serveBroken(readAll, soon);
    const client = await open(port);
    await eventually(() => Promise.resolve(client.isClosed));
    expect(noted).toEqual([]);
  });

  test("in the middle of an answer cut it off, and a client that leaves is not noted", async () => {
    const { port, noted } = await serveBroken((request, response) => {
      request.on("error", () => {});
      response.write("begun");
    });
    const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;
    const client = await open(port);
    client.socket.write(chunked);
    await eventually(() => Promise.resolve(client.text.includes("begun")));
    client.socket.write("zz\r\n");
    await eventually(() => Promise.resolve(client.isClosed));
    expect(statusesIn(client.text)).toEqual([200]);
    expect(noted).toHaveLength(1);
    const leaving = await open(port);
    leaving.socket.write(chunked);
    await eventually(() => Promise.resolve(leaving.text.includes("begun")));
    leaving.socket.resetAndDestroy();
    await eventually(() => Promise.resolve(leaving.isClosed));
    expect(noted).toHaveLength(1);
  });
});

describe("A8: many connections", () => {
  const hold: RequestListener = (request, response) => {
    if (request.url !== "/hold") response.end("ok");
    else response.write("held");
  };

  async function ask(port: number, localAddress?: string): Promise<number | null> {
    const client = await open(port, { localAddress });
    client.socket.write(get("/", "Connection: close\r\n"));
    await eventually(() => Promise.resolve(client.isClosed));
    return statusesIn(client.text)[0] ?? null;
  }

  test("at the limit of a client, idle connections are closed, those without a request first", async () => {
    const { port } = await serve(hold, { caps: { perClient: 4, total: 100 } });
    const used = await open(port);
    used.socket.write(get());
    await eventually(() => Promise.resolve(used.text.includes("ok")));
    const pending = await open(port);
    pending.socket.write(get("/hold"));
    await eventually(() => Promise.resolve(pending.text.includes("held")));
    const silent = [await open(port), await open(port)];
    expect(await ask(port)).toBe(200);
    await eventually(() => Promise.resolve(silent[0]?.isClosed));
    expect([used.isClosed, pending.isClosed, silent[1]?.isClosed]).toEqual([false, false, false]);
    expect(await ask(port, "127.0.0.2")).toBe(200);
  });

  test("a new connection is refused only if all are busy, and other clients are not affected", async () => {
    const { port } = await serve(hold, { caps: { perClient: 3, total: 100 } });
    const busy = [await open(port), await open(port), await open(port)];
    for (const { socket } of busy) socket.write(get("/hold"));
    await eventually(() => Promise.resolve(busy.every(({ text }) => text.includes("held"))));
    expect(await ask(port)).toBeNull();
    expect(await ask(port, "127.0.0.2")).toBe(200);
    busy[0]?.socket.destroy();
    await eventually(async () => (await ask(port)) === 200);
  });

  test("the total limit applies too, and a trusted proxy has no limit of its own", async () => {
    const { port, server } = await serve(hold, {
      caps: { perClient: 2, total: 6 },
      trustedProxies: ["127.0.0.9"],
    });
    const proxied = [];
    for (let n = 0; n < 5; n += 1) proxied.push(await open(port, { localAddress: "127.0.0.9" }));
    await sleep(50);
    expect(proxied.filter(({ isClosed }) => isClosed)).toHaveLength(0);
    for (let n = 0; n < 20; n += 1) expect(await ask(port, `127.0.0.${n + 20}`)).toBe(200);
    expect(await countOf(server)).toBeLessThanOrEqual(6);
  });

  const countOf = (server: Server) =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
});

describe("B22: data after an answer", () => {
  const refuse: RequestListener = (_, response) => void response.writeHead(401).end("Unauthorized");
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536, 32), Buffer.from("\r\n")]);

  async function stream(port: number, head: string, ms: number) {
    const client = await open(port);
    client.socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${head}\r\n`);
    const until = performance.now() + ms;
    while (performance.now() < until && !client.isClosed) {
      const isRoom = client.socket.write(chunk);
      await (isRoom ? sleep(0) : Promise.race([sleep(20), once(client.socket, "drain")]));
    }
    return client;
  }
  const once = (socket: Socket, event: string) => new Promise((resolve) => socket.once(event, resolve));

  test.each([
    ["without a length", "Transfer-Encoding: chunked\r\n"],
    ["with a length of 64 MB", "Content-Length: 64000000\r\n"],
  ])("of a caller that keeps sending %s is not read, and the connection is closed within a second", async (_, head) => {
    const { port, sockets } = await serve(refuse);
    const client = await stream(port, head, 5_000);
    expect(client.text).toContain("401");
    expect(client.isClosed).toBe(true);
    expect(client.closedAfterMs).toBeLessThan(4_000);
    expect(sockets[0]?.bytesRead).toBeLessThan(maxBodyBytes + 300_000);
  });

  test("that completes a short body leaves the connection usable", async () => {
    const { port, sockets } = await serve(refuse);
    const client = await open(port);
    client.socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
    await eventually(() => Promise.resolve(client.text.includes("Unauthorized")));
    client.socket.write(`56789${get()}`);
    await eventually(() => Promise.resolve(statusesIn(client.text).length === 2));
    expect(sockets).toHaveLength(1);
  });

  test("that stops in the middle closes the connection", async () => {
    const { port } = await serve(refuse);
    const client = await open(port);
    client.socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
    await eventually(() => Promise.resolve(client.isClosed), 3_000);
    expect(client.text).toContain("401");
  });

  test("and slow heads and bodies end within a second of their limit", async () => {
    const limits = { headersTimeout: 1_000, requestTimeout: 2_000 };
    const { port } = await serve((request, response) => {
      request.resume().once("end", () => response.end());
    }, limits);
    const drip = async (head: string, more: string) => {
      const client = await open(port);
      client.socket.write(head);
      while (!client.isClosed) {
        if (client.socket.writable) client.socket.write(more);
        await sleep(50);
      }
      return client.closedAfterMs;
    };
    const ended: Promise<{ ms: number; limit: number }>[] = [];
    for (let n = 0; n < 4; n += 1) {
      const head = "POST / HTTP/1.1\r\nHost: localhost\r\n";
      ended.push(drip(head, "X: y\r\n").then((ms) => ({ ms, limit: limits.headersTimeout })));
      const body = drip(`${head}Content-Length: 1000\r\n\r\n`, "x");
      ended.push(body.then((ms) => ({ ms, limit: limits.requestTimeout })));
      await sleep(130);
    }
    for (const { ms, limit } of await Promise.all(ended)) {
      expect(ms).toBeGreaterThanOrEqual(limit - 50);
      expect(ms).toBeLessThan(limit + 3_000);
    }
  });

  test("ends at the limits of the product: 10 s for a head, 15 s for a request", async () => {
    const { server } = await serve(refuse);
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(14_000);
  });
});
