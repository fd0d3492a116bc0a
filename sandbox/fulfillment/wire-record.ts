/** Middleware for calls to the marketplace's, Entra's and Graph's addresses: request IDs, faults and the call log. */
import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { createMiddleware } from "hono/factory";
import { bodyForLog } from "../calls.ts";
import type { Call } from "../calls.ts";
import { faultInWords, applyFault, takeFault } from "../faults.ts";
import type { World } from "../world.ts";

export type WireEnv = {
  Bindings: HttpBindings;
  Variables: {
    /** Why the call was rejected; for the call log only. */
    note: string | null;
    requestId: string;
    correlationId: string;
  };
};

const idHeaders = {
  marketplace: { request: "x-ms-requestid", correlation: "x-ms-correlationid" },
  entra: { request: "x-ms-request-id", correlation: "client-request-id" },
  graph: { request: "request-id", correlation: "client-request-id" },
} as const;

/**
 * Logs the call, applies a fault and returns Microsoft's two IDs. The bodies of Entra and Graph contain secrets and emails and
 * are not logged.
 */
export function recordCalls(world: World, area: Call["area"]) {
  return createMiddleware<WireEnv>(async (c, next) => {
    const at = new Date().toISOString();
    const startedAt = performance.now();
    const ids = idHeaders[area];
    const requestId = c.req.header(ids.request) || randomUUID();
    const correlationId = c.req.header(ids.correlation) || randomUUID();
    c.set("note", null);
    c.set("requestId", requestId);
    c.set("correlationId", correlationId);
    const requestBody = area === "marketplace" ? await c.req.text() : "";

    let effect: number | null = null;
    const handle = async (): Promise<Response> => {
      await next();
      effect = c.res.status;
      return c.res;
    };
    const fault = takeFault(world, c.req.method, c.req.path);
    if (fault) c.set("note", `Fault: ${faultInWords(fault)}.`);
    const answer = fault ? await applyFault(world, fault, handle) : await handle();

    const url = new URL(c.req.url);
    if (area === "marketplace" && c.req.method !== "GET") {
      const { method } = c.req;
      const body = bodyForLog(requestBody);
      const path = url.pathname;
      world.ledger.received({ at, method, path, correlationId, body, effect, status: answer ? answer.status : null });
    }
    world.calls.add({
      at,
      area,
      method: c.req.method,
      path: url.pathname,
      query: area === "marketplace" ? url.search : "",
      status: answer ? answer.status : null,
      durationMs: Math.round(performance.now() - startedAt),
      requestId,
      correlationId,
      requestBody: bodyForLog(requestBody),
      responseBody: area === "marketplace" && answer ? bodyForLog(await answer.clone().text()) : null,
      note: c.get("note"),
    });
    if (answer) {
      c.res = answer;
      if (fault?.isForeign) return;
      c.res.headers.set(ids.request, requestId);
      c.res.headers.set(ids.correlation, correlationId);
      return;
    }
    c.env.incoming.socket.destroy();
    c.res = new Response(null, { status: 500 });
  });
}
