/**
 * Microsoft's webhook. A 4xx here rejects a customer's change, so it is said only of what was checked and is bad: 401 for
 * the token, 413 and 415 for what no webhook of Microsoft's is. Our own trouble is a 503, which Microsoft repeats.
 *
 * It answers Node's own requests, without the framework that all other addresses have: a burst of webhooks is the one time
 * when what a request costs decides whether it is answered.
 */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Delivery } from "../commands/operations/receive-webhook.ts";
import { keptHeaders } from "../domain/delivery-headers.ts";
import type { TokenVerdict } from "../marketplace/types.ts";
import { createLimit } from "./limit.ts";
import { isTooLarge, maxBodyBytes, refuseAndClose } from "./port/refuse-and-close.ts";

/** Seconds after which Microsoft may try again when the trouble is ours. */
const retryAfterSeconds = 5;
/** A flood of forged calls is counted, not logged line by line. */
const maxLoggedRefusals = 20;

export type WebhookDeps = {
  verify: (authorization: string | undefined) => Promise<TokenVerdict>;
  /** Resolves after the commit. */
  receive: (delivery: Delivery) => Promise<void>;
  /** Keeps count of a refused call; the reason holds no token and nothing of the body. */
  recordRejected: (reason: string, status: number) => void;
  /** Https: browsers that should come by are told to stay with it. */
  isHttps: boolean;
  now: () => Date;
  log: Logger;
};

export function createWebhook(deps: WebhookDeps): RequestListener {
  const common: OutgoingHttpHeaders = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    ...(deps.isHttps && { "strict-transport-security": "max-age=63072000" }),
  };
  const mayLog = createLimit({ maxPerWindow: maxLoggedRefusals, windowMs: 60_000, now: deps.now });
  const accepted = { ...common, "content-length": 0 };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") {
      return say(request, response, 405, "The webhook takes POST only.", { allow: "POST" });
    }
    const receivedAt = deps.now();
    const verdict = await deps.verify(authorizationOf(request));
    if (!verdict.ok) return refuse(request, response, verdict);
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      deps.recordRejected("content-encoding", 415);
      return say(request, response, 415, "Send the body without content encoding.");
    }
    const body = await readBody(request);
    if (body === null) {
      deps.recordRejected("body-too-large", 413);
      return refuseAndClose(request, response, 413, headersOf({}), "The body is larger than 256 kB.");
    }
    try {
      await deps.receive({ body, headers: keptHeaders(request.headers), receivedAt });
    } catch (error) {
      deps.log.error({ err: error }, "a webhook could not be stored; Microsoft will send it again");
      return say(request, response, 503, "Not stored. Send it again.", { "retry-after": String(retryAfterSeconds) });
    }
    response.writeHead(200, accepted);
    response.end();
  }

  function refuse(request: IncomingMessage, response: ServerResponse, verdict: Exclude<TokenVerdict, { ok: true }>) {
    deps.recordRejected(verdict.reason, verdict.status);
    if (verdict.status === 503) {
      const seconds = String(verdict.retryAfterSeconds ?? retryAfterSeconds);
      return say(request, response, 503, "The token could not be checked. Send it again.", { "retry-after": seconds });
    }
    if (mayLog("refusal")) {
      deps.log.warn({ reason: verdict.reason }, "a webhook was refused: its token was checked and is bad");
    }
    return say(request, response, 401, "Unauthorized", { "www-authenticate": "Bearer" });
  }

  /** The body may not have been read. */
  function say(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    text: string,
    more: OutgoingHttpHeaders = {},
  ): void {
    if (isTooLarge(request)) return refuseAndClose(request, response, status, headersOf(more), text);
    response.writeHead(status, { ...headersOf(more), "content-length": Buffer.byteLength(text) });
    response.end(text);
  }

  function headersOf(more: OutgoingHttpHeaders): OutgoingHttpHeaders {
    return { ...common, "content-type": "text/plain; charset=UTF-8", ...more };
  }

  return (request, response) => {
    receive(request, response).catch((error: unknown) => {
      // The sender has gone, or took too long: whoever is left has been answered by the server itself.
      if (request.destroyed && !request.complete) return;
      deps.log.error({ err: error }, "a webhook failed");
      if (!response.headersSent) say(request, response, 503, "Not stored. Send it again.");
    });
  };
}

/** Node keeps the first of several Authorization headers and drops the others; a call that sends several has none. */
export function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  let given = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 13 && name.toLowerCase() === "authorization") given += 1;
  }
  return given > 1 ? undefined : headers.authorization;
}

/** Null when it is too large. Rejects when the connection breaks before its end. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (isTooLarge(request)) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] | null = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      if (chunks === null) return;
      length += chunk.length;
      chunks.push(chunk);
      if (length <= maxBodyBytes) return;
      chunks = null;
      resolve(null);
    });
    request.on(
      "end",
      () => chunks && resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)),
    );
    request.on("error", reject);
  });
}
