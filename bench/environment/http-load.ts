/** HTTP over bare sockets: the sender shares the processors with the measured app, so it must cost almost nothing. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

type Answer = { status: number; body: string };
type Connection = { send(request: string): Promise<Answer>; isClosed(): boolean; close(): void };

async function openConnection(url: string): Promise<Connection> {
  const { port } = new URL(url);
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(Number(port), "127.0.0.1", () => resolve(opening.off("error", reject)));
    opening.once("error", reject);
  });
  socket.setNoDelay(true);
  let received = "";
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (!answer || !waiting) return;
    received = "";
    const { resolve } = waiting;
    waiting = null;
    resolve(answer);
  });
  const fail = () => waiting?.reject(new Error("the connection was closed"));
  socket.on("error", fail);
  socket.on("close", fail);
  return {
    send(request) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      });
    },
    isClosed: () => socket.destroyed,
    close: () => void socket.destroy(),
  };
}

/** Null while incomplete. There is one answer at a time: the next request is sent after the previous answer. */
function readAnswer(text: string): Answer | null {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const head = text.slice(0, headEnd).toLowerCase();
  const status = Number(head.slice(9, 12));
  const body = text.slice(headEnd + 4);
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length) ? { status, body } : null;
  if (head.includes("transfer-encoding: chunked")) return body.endsWith("0\r\n\r\n") ? { status, body } : null;
  return { status, body };
}

/** The text of a request; header values must be ASCII. */
export function requestText(method: string, url: string, headers: Record<string, string>, body = ""): string {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === "GET" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${lines.join("")}${length}\r\n${body}`;
}

export type Load = { sent: number; refused: number; seconds: number; latenciesMs: number[] };

/** Sends requests over several connections for a time, each after the answer to the previous one. */
export async function loadFor(
  url: string,
  options: { connections: number; ms: number; next: () => string },
): Promise<Load> {
  const connections = await Promise.all(Array.from({ length: options.connections }, () => openConnection(url)));
  const load: Load = { sent: 0, refused: 0, seconds: 0, latenciesMs: [] };
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - startedAt < options.ms)
        await sendOne(connection, options.next(), performance.now(), load);
    }),
  );
  load.seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  return load;
}

/** A number of requests, one after the other, over one connection. */
export async function loadOf(url: string, requests: readonly string[]): Promise<Load> {
  const connection = await openConnection(url);
  const load: Load = { sent: 0, refused: 0, seconds: 0, latenciesMs: [] };
  const startedAt = performance.now();
  for (const request of requests) await sendOne(connection, request, performance.now(), load);
  load.seconds = (performance.now() - startedAt) / 1_000;
  connection.close();
  return load;
}

/** Requests at a steady rate that does not depend on the answers; each request's time counts from when it was due. */
export async function loadPaced(
  url: string,
  options: { perSecond: number; ms: number; next: () => string },
): Promise<Load> {
  const free: Connection[] = await Promise.all(Array.from({ length: 16 }, () => openConnection(url)));
  const load: Load = { sent: 0, refused: 0, seconds: 0, latenciesMs: [] };
  const inFlight = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let number = 0; ; number += 1) {
    const dueMs = (number * 1_000) / options.perSecond;
    if (dueMs >= options.ms) break;
    const wait = startedAt + dueMs - performance.now();
    if (wait > 0) await sleep(wait);
    const one = (async () => {
      let connection = free.pop();
      // The server closes connections that were not used for a while.
      while (connection?.isClosed()) connection = free.pop();
      connection ??= await openConnection(url);
      const request = options.next();
      try {
        await sendOne(connection, request, startedAt + dueMs, load);
      } catch {
        // Closed while the request was in transit: like Microsoft, send it again. Closed twice counts as refused.
        connection = await openConnection(url);
        await sendOne(connection, request, startedAt + dueMs, load).catch(() => {
          load.sent += 1;
          load.refused += 1;
        });
      }
      free.push(connection);
    })();
    inFlight.add(one);
    one.then(
      () => inFlight.delete(one),
      () => {},
    );
  }
  await Promise.all(inFlight);
  load.seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of free) connection.close();
  return load;
}

async function sendOne(connection: Connection, request: string, dueAt: number, load: Load): Promise<void> {
  const { status } = await connection.send(request);
  load.latenciesMs.push(performance.now() - dueAt);
  load.sent += 1;
  if (status !== 200) load.refused += 1;
}

/** The body of one GET. @throws Error unless it is answered with 200 */
export async function getText(url: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(url, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url.slice(0, 120)}: ${answer.status} ${text.slice(0, 300)}`);
  return text;
}
