/** 405 with `Allow` for a known address with another method. */
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";

export function methodMessage(methods: string[]): string {
  const list = new Intl.ListFormat("en", { type: "conjunction" }).format(methods);
  return `This address accepts ${list} only.`;
}

export function refuseMethod(c: Context, methods: string[]): Response {
  return c.text(methodMessage(methods), 405, { Allow: methods.join(", ") });
}

const procedureMethods = ["GET", "POST"];

/** For procedures: tRPC sends 405 without naming the allowed method. */
export const procedureMethod: MiddlewareHandler = createMiddleware(async (c, next) => {
  if (!procedureMethods.includes(c.req.method)) return refuseMethod(c, procedureMethods);
  await next();
  if (c.res.status === 405) c.res.headers.set("Allow", c.req.method === "GET" ? "POST" : "GET");
  return undefined;
});
