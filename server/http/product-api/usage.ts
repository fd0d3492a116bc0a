/** Usage over the product API. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { readUsageEvent } from "../../commands/usage/read-usage-event.ts";
import { receiveUsage, type UsageOutcome } from "../../commands/usage/receive-usage.ts";
import type { Context } from "../../context.ts";
import { usageOfTerm } from "../../database/queries/term-usage.ts";
import { AppError } from "../../errors.ts";
import { sentenceOf } from "./issue-sentences.ts";
import type { Key, KeyedEnv } from "./key-checks.ts";
import { invalid } from "./problems.ts";
import { looseJsonBody } from "./readable-request.ts";
import { readUsageRoute, reportUsageRoute } from "./usage-routes.ts";
import { looseUsageBody, type UsageResult } from "./usage-schemas.ts";

export function addUsage(app: OpenAPIHono<KeyedEnv>, contextOf: (key: Key) => Context): void {
  // The documentation has the schema of events. The handler accepts any list, so that a wrong event does not refuse the others.
  app.openAPIRegistry.registerPath(reportUsageRoute);
  app.post(reportUsageRoute.getRoutingPath(), looseJsonBody, async (c) => {
    const body = looseUsageBody.safeParse(await c.req.json());
    if (!body.success) return invalid(c, body.error);
    const read = body.data.events.map((event) => readUsageEvent(event, sentenceOf));
    const reported = read.flatMap((one) => ("event" in one ? [one.event] : []));
    const outcomes = await receiveUsage(contextOf(c.var.key), reported, { source: "product", reason: null });
    let next = 0;
    const results = read.map((one): UsageResult => {
      if ("refused" in one) return { id: one.id, status: "refused", code: 400, detail: one.refused };
      const outcome = outcomes[next++];
      if (outcome === undefined) throw new Error("an event has no outcome");
      return resultOf(one.event.eventId, outcome);
    });
    return c.json({ results }, 200);
  });

  app.openapi(readUsageRoute, async (c) => {
    const { db, now } = contextOf(c.var.key);
    const usage = await usageOfTerm(db, c.req.valid("param").id, c.req.valid("query").term ?? null, now());
    if (!usage)
      throw new AppError("NotFound", "There is no subscription with this ID. Use Microsoft's subscription ID.");
    const { subscriptionId, term, terms, dimensions } = usage;
    return c.json(
      {
        subscriptionId,
        term,
        terms,
        dimensions: dimensions.map(
          ({ dimension, name, unit, planId, included, used, collecting, billed, open, lost }) => ({
            dimension,
            name,
            unit,
            planId,
            included,
            used,
            collecting,
            billed,
            lost,
            waiting: open,
          }),
        ),
      },
      200,
    );
  });
}

function resultOf(id: string, outcome: UsageOutcome): UsageResult {
  switch (outcome.status) {
    case "stored":
    case "repeated":
      return { id, status: outcome.status, code: 200, detail: null };
    case "lost":
      return { id, status: "lost", code: 200, detail: outcome.detail };
    case "conflict":
      return { id, status: "conflict", code: 409, detail: outcome.detail };
    case "refused":
      return { id, status: "refused", code: 422, detail: outcome.detail };
  }
}
