/** Rejects requests from other websites, which a browser marks with their origin. */
import { createMiddleware } from "hono/factory";

export const sameOrigin = createMiddleware(async (c, next) => {
  const origin = c.req.header("origin");
  const isChange = c.req.method !== "GET" && c.req.method !== "HEAD";
  if (isChange && origin !== undefined && URL.parse(origin)?.host !== c.req.header("host")) {
    return c.json({ error: "Requests from other websites are not allowed." }, 403);
  }
  return next();
});
