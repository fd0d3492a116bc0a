/** How large the body of a call can be. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { limitBody } from "../limits/limit-body.ts";
import type { KeyedEnv } from "./key-checks.ts";
import { problem } from "./problems.ts";
import { reportUsageRoute } from "./usage-routes.ts";

const maxBodyBytes = 16 * 1024;
/** 1,000 events with long IDs. */
const maxUsageBodyBytes = 240 * 1024;

export function limitBodies(app: OpenAPIHono<KeyedEnv>): void {
  const limitCall = limitBody({ maxSize: maxBodyBytes, onError: (c) => problem(c, "TooLarge", "Send at most 16 kB.") });
  const usagePath = reportUsageRoute.getRoutingPath();
  const hasOwnLimit = (path: string, method: string) => path.endsWith(usagePath) && method === "POST";
  app.use("*", (c, next) => (hasOwnLimit(c.req.path, c.req.method) ? next() : limitCall(c, next)));
  app.post(
    usagePath,
    limitBody({
      maxSize: maxUsageBodyBytes,
      onError: (c) => problem(c, "TooLarge", "Send at most 1,000 events and 240 kB."),
    }),
  );
}
