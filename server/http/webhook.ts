/**
 * Microsoft's webhook. A 4xx here rejects a customer's change, so it is said only of what was checked and is bad: 401 for
 * the token, 413 and 415 for what no webhook of Microsoft's is. Our own trouble is a 503, which Microsoft repeats.
 */
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import type { Logger } from "pino";
import type { Delivery } from "../commands/receive-webhook.ts";
import type { TokenVerdict } from "../marketplace/types.ts";
import { BodyTooLargeError, readBounded } from "../marketplace/bounded-body.ts";

const largestBody = 256 * 1024;
/** Seconds after which Microsoft may try again when the trouble is ours. */
const retryAfterSeconds = 5;

export type WebhookDeps = {
  verify: (authorization: string | undefined) => Promise<TokenVerdict>;
  /** Resolves after the commit. */
  receive: (delivery: Delivery) => Promise<void>;
  /** Keeps count of a refused call; the reason holds no token and nothing of the body. */
  noteRejected: (reason: string, status: number) => void;
  now: () => Date;
  log: Logger;
};

export function createWebhookRoutes(deps: WebhookDeps): Hono {
  const app = new Hono();
  app.post("/", (c) => receive(c, deps));
  app.all("/", (c) => c.text("The webhook takes POST only.", 405, { Allow: "POST" }));
  return app;
}

async function receive(c: Context, deps: WebhookDeps): Promise<Response> {
  const receivedAt = deps.now();
  const verdict = await deps.verify(authorizationOf(c));
  if (!verdict.ok) return refuse(c, deps, verdict);
  const encoding = c.req.header("content-encoding");
  if (encoding && encoding !== "identity") {
    deps.noteRejected("content-encoding", 415);
    return c.text("Send the body without content encoding.", 415);
  }
  let body: Buffer;
  try {
    body = await readBody(c);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    deps.noteRejected("body-too-large", 413);
    return c.text("The body is larger than 256 kB.", 413, { Connection: "close" });
  }
  try {
    await deps.receive({ body, headers: keptHeaders(c), receivedAt });
  } catch (error) {
    deps.log.error({ err: error }, "a webhook could not be stored; Microsoft will send it again");
    return c.text("Not stored. Send it again.", 503, { "Retry-After": String(retryAfterSeconds) });
  }
  return c.body(null, 200);
}

/** Node keeps the first of several Authorization headers and drops the others; a call that sends several has none. */
function authorizationOf(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const names = incoming?.rawHeaders.filter((_, index) => index % 2 === 0) ?? [];
  const given = names.filter((name) => name.toLowerCase() === "authorization").length;
  return given > 1 ? undefined : c.req.header("authorization");
}

async function readBody(c: Context): Promise<Buffer> {
  if (Number(c.req.header("content-length") ?? 0) > largestBody) throw new BodyTooLargeError("body");
  return Buffer.from(await readBounded(new Response(c.req.raw.body), largestBody));
}

function refuse(c: Context, deps: WebhookDeps, verdict: Exclude<TokenVerdict, { ok: true }>): Response {
  deps.noteRejected(verdict.reason, verdict.status);
  if (verdict.status === 503) {
    return c.text("The token could not be checked. Send it again.", 503, {
      "Retry-After": String(verdict.retryAfterSeconds ?? retryAfterSeconds),
    });
  }
  deps.log.warn({ reason: verdict.reason }, "a webhook was refused: its token was checked and is bad");
  return c.text("Unauthorized", 401, { "WWW-Authenticate": "Bearer" });
}

const secretHeaders = new Set(["authorization", "cookie", "proxy-authorization"]);

function keptHeaders(c: Context): Record<string, string> {
  return Object.fromEntries(
    Object.entries(c.req.header())
      .filter(([name]) => !secretHeaders.has(name.toLowerCase()))
      .map(([name, value]) => [name, String(value).slice(0, 500)]),
  );
}
