/** A real HTTP server with answers scripted by a test, for answers that the sandbox never gives. */

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import { constants, createBrotliCompress, createGzip } from "node:zlib";

export type SeenRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string; at: number };
export type Script = (request: SeenRequest, response: ServerResponse) => void;

export type ScriptedServer = {
  url: string;
  requests: SeenRequest[];
  /** One script for each of the next requests; then the script of `always`. */
  script(...scripts: Script[]): void;
  always(script: Script): void;
  stop(): Promise<void>;
};

export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const waiting: Script[] = [];
  let defaultScript: Script = answer(500, { message: "No script is left." });

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      const seen = { method, path, headers, body, at: performance.now() };
      requests.push(seen);
      (waiting.shift() ?? defaultScript)(seen, response);
    });
  });
  // The usual 5 s end idle connections while a busy test does not read: its next request would fail.
  server.keepAliveTimeout = 10 * 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    script: (...scripts) => void waiting.push(...scripts),
    always: (script) => void (defaultScript = script),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** JSON for an object, the text itself for a string. */
export function answer(status: number, body: unknown = "", headers: Record<string, string | string[]> = {}): Script {
  return (_request, response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  };
}

/** Closes the connection without an answer. */
export const cutConnection: Script = (_request, response) => {
  response.socket?.destroy();
};

/** Sends the head and half a body, then closes the connection. */
export function cutBody(status: number, headers: Record<string, string | string[]> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, { "content-length": "100", ...headers });
    response.write('{"id":"');
    setTimeout(() => response.socket?.destroy(), 20);
  };
}

/** A byte every 50 ms, without an end. */
export function dripWith(status: number): Script {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(timer));
  };
}
export const drip = dripWith(200);

/** A small body that is a gigabyte of spaces when it is decompressed. */
export function bomb(status: number, encoding: "gzip" | "br"): Script {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", "content-encoding": encoding });
    const spaces = Buffer.alloc(1024 * 1024, " ");
    const source = Readable.from(Array.from({ length: 1024 }, () => spaces));
    const compress =
      encoding === "gzip"
        ? createGzip({ level: 1 })
        : createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    // The reader closes the connection.
    pipeline(source, compress, response, () => {});
  };
}

/** Takes the request and stays silent. */
export const silence: Script = () => undefined;
