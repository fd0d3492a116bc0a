/** Microsoft's metering API, version 2018-08-31: usageEvent, batchUsageEvent and usageEvents. */
import type { Context, Hono } from "hono";
import type { AcceptedUsage } from "../model.ts";
import type { WireEnv } from "../fulfillment/wire-record.ts";
import type { World } from "../world.ts";
import { dailyUsage } from "./daily-usage.ts";
import { takeUsage, type UsageVerdict } from "./usage-record.ts";

type C = Context<WireEnv>;
type Fields = Record<string, unknown>;

const maxBatchSize = 25;

/** Adds the routes to those under `/api`, which check the token and the version. */
export function addMetering(api: Hono<WireEnv>, world: World): void {
  api.post("/usageEvent", async (c) => {
    const event = await readFields(c);
    if (!event) return badArgument(c, "The request body is not a usage event.");
    const verdict = takeUsage(world, event);
    if (verdict.status === "Error") return c.json({ message: verdict.message, code: "InternalServerError" }, 500);
    if (!("accepted" in verdict)) return badArgument(c, verdict.message);
    if (verdict.status === "Duplicate") return c.json(conflictOf(verdict.accepted), 409);
    return c.json(onWire(verdict.accepted, "Accepted"));
  });

  api.post("/batchUsageEvent", async (c) => {
    const events = (await readFields(c))?.["request"];
    if (!Array.isArray(events) || events.length === 0) return badArgument(c, "The request has no usage events.");
    if (events.length > maxBatchSize) return badArgument(c, `The request has more than ${maxBatchSize} usage events.`);
    const result = events.map((event: unknown) => {
      const fields = isFields(event) ? event : {};
      return itemOf(world, fields, takeUsage(world, fields));
    });
    return c.json({ count: result.length, result });
  });

  api.get("/usageEvents", (c) => {
    const found = dailyUsage(world, c.req.query());
    return typeof found === "string"
      ? c.json({ message: found, code: "BadArgument", target: "ResourceId" }, 400)
      : c.json(found);
  });
}

function badArgument(c: C, message: string): Response {
  const details = [{ message, target: "usageEventRequest", code: "BadArgument" }];
  return c.json(
    { message: "One or more errors have occurred.", target: "usageEventRequest", details, code: "BadArgument" },
    400,
  );
}

function conflictOf(accepted: AcceptedUsage): Fields {
  return {
    additionalInfo: { acceptedMessage: onWire(accepted, "Duplicate") },
    message: "This usage event already exist.",
    code: "Conflict",
  };
}

function onWire(accepted: AcceptedUsage, status: "Accepted" | "Duplicate"): Fields {
  const { usageEventId, resourceId, quantity, dimension, effectiveStartTime, planId, messageTime } = accepted;
  return {
    usageEventId,
    status,
    messageTime: new Date(messageTime).toISOString(),
    resourceId,
    quantity,
    dimension,
    effectiveStartTime,
    planId,
  };
}

/** An item of a batch. An item that is not accepted has no ID, and the year 1 as its time. */
function itemOf(world: World, sent: Fields, verdict: UsageVerdict): Fields {
  if (verdict.status === "Accepted") return onWire(verdict.accepted, "Accepted");
  const { resourceId, quantity, dimension, effectiveStartTime, planId } = sent;
  return {
    status: verdict.status,
    messageTime: verdict.status === "Duplicate" ? "0001-01-01T00:00:00" : new Date(world.now()).toISOString(),
    error: "accepted" in verdict ? conflictOf(verdict.accepted) : { message: verdict.message, code: verdict.status },
    resourceId,
    quantity,
    dimension,
    effectiveStartTime,
    planId,
  };
}

async function readFields(c: C): Promise<Fields | null> {
  try {
    const body: unknown = JSON.parse(await c.req.text());
    return isFields(body) ? body : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
