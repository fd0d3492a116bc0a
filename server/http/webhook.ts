/**
 * Microsoft's webhook. A 4xx rejects a customer's change, so it is sent only after a check: 401 for the token, 413
 * and 415 for bodies that Microsoft never sends. Our own failures are 503, which Microsoft repeats. It handles
 * Node's requests without the framework, because the cost per request decides whether a burst is answered.
 */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Delivery } from "../commands/operations/receive-webhook.ts";
import { headersToStore } from "../domain/delivery-headers.ts";
import type { TokenVerdict } from "../marketplace/types.ts";
import { createLimit } from "./limits/rate-limit.ts";
import { isTooLarge, maxBodyBytes, refuseAndClose } from "./port/refuse-and-close.ts";

/** Seconds until Microsoft may repeat a call after our own failure. */
const retryAfterSeconds = 5;
/** A flood of forged calls is counted, not logged individually. */
const maxLoggedRefusals = 20;

export type WebhookDeps = {
  verify: (authorization: string | undefined) => Promise<TokenVerdict>;
  /** Stores the delivery; resolves after the commit. */
  receive: (delivery: Delivery) => Promise<void>;
  /** Counts a refused call; the reason contains no token and nothing of the body. */
  recordRejected: (reason: string, status: number) => void;
  /** With https, a header makes browsers keep using it. */
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
      return respond(request, response, 405, "The webhook accepts POST only.", { allow: "POST" });
    }
    const receivedAt = deps.now();
    const verdict = await deps.verify(authorizationOf(request));
    if (!verdict.ok) return refuse(request, response, verdict);
    const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "";
    if (encoding !== "" && encoding !== "identity") {
      deps.recordRejected("content-encoding", 415);
      return respond(request, response, 415, "Send the body without content encoding.");
    }
    const body = await readBody(request);
    if (body === null) {
      deps.recordRejected("body-too-large", 413);
      return refuseAndClose(request, response, 413, headersOf({}), "The body is larger than 256 kB.");
    }
    try {
      await deps.receive({ body, headers: headersToStore(request.headers), receivedAt });
    } catch (error) {
      deps.log.error({ err: error }, "could not store a webhook; Microsoft will send it again");
      return respond(request, response, 503, "Not stored. Send it again.", {
        "retry-after": String(retryAfterSeconds),
      });
    }
    response.writeHead(200, accepted);
    response.end();
  }

  function refuse(request: IncomingMessage, response: ServerResponse, verdict: Exclude<TokenVerdict, { ok: true }>) {
    deps.recordRejected(verdict.reason, verdict.status);
    if (verdict.status === 503) {
      const seconds = String(verdict.retryAfterSeconds ?? retryAfterSeconds);
      return respond(request, response, 503, "The token could not be verified. Send it again.", {
        "retry-after": seconds,
      });
    }
    if (mayLog("refusal")) {
      deps.log.warn({ reason: verdict.reason }, "webhook refused: its token is not valid");
    }
    return respond(request, response, 401, "Unauthorized", { "www-authenticate": "Bearer" });
  }

  /** Responds, even if the request's body has not been read. */
  function respond(
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
      // The sender has disconnected, or was too slow and has got its response from the server.
      if (request.destroyed && !request.complete) return;
      deps.log.error({ err: error }, "webhook failed");
      if (response.headersSent) return;
      respond(request, response, 503, "Not stored. Send it again.", { "retry-after": String(retryAfterSeconds) });
    });
  };
}

/** Node keeps the first of several Authorization headers; a call with several counts as having none. */
export function authorizationOf({ headers, rawHeaders }: IncomingMessage): string | undefined {
  let given = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 13 && name.toLowerCase() === "authorization") given += 1;
  }
  return given > 1 ? undefined : headers.authorization;
}

/** Null if it is too large. Rejects if the connection breaks before the end. */
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
