/** Keeps other web pages from acting in the sandbox: a browser names their origin when it posts for them. */
import { createMiddleware } from "hono/factory";

export const sameOrigin = createMiddleware(async (c, next) => {
  const origin = c.req.header("origin");
  const isChange = c.req.method !== "GET" && c.req.method !== "HEAD";
  if (isChange && origin !== undefined && URL.parse(origin)?.host !== c.req.header("host")) {
    return c.json({ error: "Only the sandbox's own page and programs may act here." }, 403);
  }
  return next();
});
