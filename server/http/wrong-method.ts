/** 405 with `Allow` for an address that is there, but not for this method. */
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

/** For procedures: tRPC answers 405 without saying which method would do. */
export const procedureMethod: MiddlewareHandler = createMiddleware(async (c, next) => {
  if (!procedureMethods.includes(c.req.method)) return refuseMethod(c, procedureMethods);
  await next();
  if (c.res.status === 405) c.res.headers.set("Allow", c.req.method === "GET" ? "POST" : "GET");
  return undefined;
});
