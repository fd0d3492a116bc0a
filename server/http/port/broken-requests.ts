/**
 * Requests that Node's parser refuses never reach the app. They are answered here, in turn, and reported, because a
 * 4xx to the webhook rejects a customer's change.
 */
import { STATUS_CODES, type Server } from "node:http";
import type { Socket } from "node:net";
import type { AnswersInTurn } from "./answer-in-turn.ts";

export type BrokenRequest = {
  reason: "http_syntax" | "http_head_size" | "http_too_slow";
  status: number;
  /** As far as the request was read; absent if its first line was not. */
  url: string | undefined;
};

/** Time for the client to read the answer before the connection closes. */
const graceMs = 500;
const maxFirstLineBytes = 2_000;

type ParserError = Error & { code?: string; rawPacket?: Buffer };

const answers: Record<BrokenRequest["reason"], { status: number; text: string }> = {
  http_syntax: {
    status: 400,
    text: "The request is not valid HTTP. Send it again; if a proxy is in between, check what it forwards.",
  },
  http_head_size: {
    status: 431,
    text: "The headers are too large. Send the request again with fewer or shorter ones.",
  },
  http_too_slow: { status: 408, text: "The request did not arrive in time. Send it again." },
};

export function answerBrokenRequests(
  server: Server,
  turns: Pick<AnswersInTurn, "current" | "incomplete" | "endWith">,
  note: (request: BrokenRequest) => void,
): void {
  const answered = new WeakSet<Socket>();

  server.on("clientError", (error: ParserError, socket: Socket) => {
    const reason = reasonOf(error.code);
    // Otherwise the client has disconnected.
    if (reason === null || !socket.writable) return void socket.destroy();
    // What arrives after the error cannot be read either.
    if (answered.has(socket)) return;
    answered.add(socket);
    const { status, text } = answers[reason];
    const current = turns.current(socket);
    const incomplete = turns.incomplete(socket);
    const isOfCurrent = current !== null && current.req === incomplete;
    // Browsers and load balancers open connections in advance, and may not use them.
    if (socket.bytesRead > 0) note({ reason, status, url: incomplete ? incomplete.url : urlIn(error.rawPacket) });
    const answer = asBytes(status, text);
    if (current === null || (isOfCurrent && !current.headersSent)) return endSoon(socket, answer);
    if (isOfCurrent) return void socket.destroy();
    turns.endWith(socket, () => endSoon(socket, answer));
  });
}

function reasonOf(code: string | undefined): BrokenRequest["reason"] | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "http_too_slow";
  if (code === "HPE_HEADER_OVERFLOW") return "http_head_size";
  return code?.startsWith("HPE_") ? "http_syntax" : null;
}

function endSoon(socket: Socket, answer: string): void {
  socket.end(answer);
  const timer = setTimeout(() => socket.destroy(), graceMs);
  socket.once("close", () => clearTimeout(timer));
}

function asBytes(status: number, text: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Date: ${new Date().toUTCString()}`,
    "Content-Type: text/plain; charset=UTF-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
    "",
    text,
  ].join("\r\n");
}

/** Of a request whose head was not understood. */
function urlIn(packet: Buffer | undefined): string | undefined {
  const start = packet?.subarray(0, maxFirstLineBytes).toString("latin1") ?? "";
  return /^[A-Z]+ ([^ \r\n]+)/.exec(start)?.[1];
}
