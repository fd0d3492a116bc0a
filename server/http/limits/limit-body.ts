/** Limits the size of request bodies, also of those that are sent without their length. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/**
 * Hono copies a request without a length to limit it, and cannot copy the requests of its Node adapter. So such a request
 * is converted to a standard `Request` first.
 */
export function limitBody(options: Parameters<typeof bodyLimit>[0]): MiddlewareHandler {
  const limit = bodyLimit(options);
  return (c, next) => {
    const { url, method, headers, body } = c.req.raw;
    const hasLength = headers.has("content-length") && !headers.has("transfer-encoding");
    const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half" };
    if (body !== null && !hasLength) c.req.raw = new Request(url, init);
    return limit(c, next);
  };
}
