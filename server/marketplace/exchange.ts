/**
 * One request over Node's own client: `fetch` takes more than twice the CPU time, and a backlog makes two requests
 * per operation. Node's agents keep connections alive; redirects are not followed.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { BodyTooLargeError } from "./bounded-body.ts";

/** A body that is not read must end within this time, or its connection is closed. */
const passesWithinMs = 2_000;

export type Reply = {
  status: number;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /**
   * Reads the body to its end.
   * @throws BodyTooLargeError past this many decompressed bytes
   */
  read(maxBytes: number): Promise<string>;
  /** Discards the body, so that the connection can be reused. */
  pass(): void;
};

/** Rejects with the signal's reason if it ends the exchange, otherwise with Node's errors. */
export function exchange(
  url: string,
  options: { method: string; headers: Record<string, string>; body: string | undefined; signal: AbortSignal },
): Promise<Reply> {
  const { method, headers, body, signal } = options;
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? https.request : http.request;
    const request = send(url, { method, headers }, (response) => resolve(replyOf(response, signal)));
    const stop = () => void request.destroy(signal.reason as Error);
    signal.addEventListener("abort", stop);
    request.on("error", reject);
    request.on("close", () => signal.removeEventListener("abort", stop));
    request.end(body);
    if (signal.aborted) stop();
  });
}

function replyOf(response: IncomingMessage, signal: AbortSignal): Reply {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    async read(maxBytes) {
      const bytes = await readBytes(response, maxBytes, signal);
      const encoding = response.headers["content-encoding"]?.trim().toLowerCase();
      const whole =
        encoding === undefined || encoding === "identity" ? bytes : await decoded(bytes, encoding, maxBytes);
      return new TextDecoder().decode(whole);
    },
    pass() {
      const timer = setTimeout(() => response.destroy(), passesWithinMs);
      response.on("error", () => {});
      response.on("close", () => clearTimeout(timer));
      response.resume();
    },
  };
}

function readBytes(response: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) response.destroy(tooLarge(maxBytes));
    });
    response.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)));
    // For a body that we abort, Node reports only an abort.
    response.on("error", (error) => reject(signal.aborted ? (signal.reason as Error) : error));
  });
}

const decoders: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

async function decoded(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const decode = decoders[encoding];
  if (!decode) throw new Error(`The response has the unknown encoding ${encoding}.`);
  return decode(bytes, { maxOutputLength: maxBytes }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(maxBytes) : error;
  });
}

function tooLarge(maxBytes: number): BodyTooLargeError {
  return new BodyTooLargeError(`The response is longer than ${maxBytes} bytes.`);
}
