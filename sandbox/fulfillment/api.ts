/** Microsoft's SaaS fulfillment API, version 2018-08-31, with the service's observed behavior where it differs from the documentation. */
import { Hono } from "hono";
import type { Context } from "hono";
import { accessTokenProblem } from "./access-token.ts";
import { findOffer, findPlan, plansFor, seatsProblem } from "./catalog.ts";
import { acknowledge, pendingOperation, startPublisherCancel, startPublisherChange } from "./operations.ts";
import { addMetering } from "../metering/api.ts";
import { Refusal } from "./refusal.ts";
import { operationsOf } from "../state.ts";
import { startActivation, subscriptionOfToken } from "./subscriptions.ts";
import type { Operation, Subscription } from "../model.ts";
import { operationOnWire, planOnWire, resolvedOnWire, subscriptionOnWire } from "./wire.ts";
import { recordCalls } from "./wire-record.ts";
import type { WireEnv } from "./wire-record.ts";
import type { World } from "../world.ts";

const apiVersion = "2018-08-31";
const pageSize = 100;

type Answer = Response | Promise<Response>;
type C = Context<WireEnv>;

function problem(c: C, status: 400 | 404, code: string, message: string, target: string): Response {
  return c.json({ code, message, target }, status);
}

/** The routes under `/api`. */
export function marketplaceApi(world: World): Hono<WireEnv> {
  const api = new Hono<WireEnv>({ strict: false });

  api.use(recordCalls(world, "marketplace"));
  api.use(async (c, next) => {
    const refused = await accessTokenProblem(world, c.req.header("authorization"));
    if (refused) {
      c.set("note", refused);
      // As the service does: one status and one text for all causes.
      return c.json(
        "The request is forbidden: the token is missing, expired, or not of the app registered for the offer.",
        403,
      );
    }
    const version = c.req.query("api-version");
    if (version === undefined) {
      return versionProblem(c, "ApiVersionUnspecified", "An API version is required, but was not specified.");
    }
    if (version !== apiVersion) {
      const message = `The HTTP resource that matches the request URI '${c.req.url}' does not support the API version '${version}'.`;
      return versionProblem(c, "UnsupportedApiVersion", message);
    }
    return next();
  });

  const withSubscription = (handle: (c: C, subscription: Subscription) => Answer) => (c: C) => {
    const id = c.req.param("id") ?? "";
    const subscription = world.state.subscriptions.get(id);
    if (!subscription) return problem(c, 404, "EntityNotFound", `Subscription ${id} not found`, "subscriptionId");
    return handle(c, subscription);
  };

  api.post("/saas/subscriptions/resolve", (c) => resolve(world, c));
  api.get("/saas/subscriptions", (c) => list(world, c));
  api.get(
    "/saas/subscriptions/:id",
    withSubscription((c, subscription) => c.json(subscriptionOnWire(subscription, "get"))),
  );
  api.patch(
    "/saas/subscriptions/:id",
    withSubscription((c, subscription) => change(world, c, subscription)),
  );
  api.delete(
    "/saas/subscriptions/:id",
    withSubscription((c, subscription) => cancel(world, c, subscription)),
  );
  api.post("/saas/subscriptions/:id/activate", (c) => activate(world, c));
  api.get("/saas/subscriptions/:id/listAvailablePlans", withSubscription(availablePlans));
  api.get("/saas/subscriptions/:id/operations", (c) => listOperations(world, c));
  api.get("/saas/subscriptions/:id/operations/:operationId", (c) => getOperation(world, c));
  api.patch("/saas/subscriptions/:id/operations/:operationId", (c) => updateOperation(world, c));
  addMetering(api, world);
  api.all("/*", (c) => c.text("Resource not found.", 404));
  return api;
}

// Only this error has capitalized keys.
function versionProblem(c: C, Code: string, Message: string): Response {
  return c.json({ Error: { Code, Message } }, 400);
}

function resolve(world: World, c: C): Response {
  const token = c.req.header("x-ms-marketplace-token");
  if (!token) return problem(c, 400, "HeaderNotPresent", "Mandatory header missing", "x-ms-marketplace-token");
  const found = subscriptionOfToken(world, token);
  if (found === "damaged") {
    c.set("note", "The purchase token is damaged.");
    return problem(c, 400, "InvalidValue", "failed to decrypt token", "token");
  }
  if (found === "expired") {
    c.set("note", "The purchase token has expired.");
    return problem(c, 400, "InvalidValue", "The token has expired", "token");
  }
  return c.json(resolvedOnWire(found));
}

function list(world: World, c: C): Response {
  const { order, subscriptions } = world.state;
  const continuation = c.req.query("continuationToken");
  const start = continuation ? readContinuation(continuation) : 0;
  if (start === null) return problem(c, 400, "InvalidValue", "The continuation token is invalid", "continuationToken");
  // As the service does: an empty body if there are no subscriptions.
  if (order.length === 0) return c.body(null, 200);
  const page = order.slice(start, start + pageSize).map((id) => subscriptions.get(id));
  const end = start + pageSize;
  const next =
    end < order.length
      ? `${world.url}/api/saas/subscriptions/?continuationToken=${encodeURIComponent(writeContinuation(end))}&api-version=${apiVersion}`
      : "";
  return c.json({
    subscriptions: page.filter((item) => item !== undefined).map((item) => subscriptionOnWire(item, "list")),
    "@nextLink": next,
  });
}

function writeContinuation(offset: number): string {
  return Buffer.from(`page:${offset}`).toString("base64");
}

function readContinuation(token: string): number | null {
  const match = /^page:(\d+)$/.exec(Buffer.from(token, "base64").toString());
  return match ? Number(match[1]) : null;
}

async function activate(world: World, c: C): Promise<Response> {
  const subscription = world.state.subscriptions.get(c.req.param("id") ?? "");
  if (!subscription || subscription.status === "Unsubscribed") return c.text("Not Found", 404);
  // The service accepts no body, `{}` and the old `{planId, quantity}`, and ignores the values.
  const body = await readJson(c);
  if (body === "malformed") return problem(c, 400, "BadRequest", "The request content is not valid JSON", "activate");
  if (subscription.status !== "PendingFulfillmentStart") {
    return problem(c, 400, "BadRequest", `Subscription is ${subscription.status} and cannot be activated`, "activate");
  }
  startActivation(world, subscription);
  return c.body(null, 200);
}

function availablePlans(c: C, subscription: Subscription): Response {
  if (subscription.status === "Unsubscribed") return c.json("The subscription is unsubscribed.", 403);
  const filter = c.req.query("planId");
  const { offerId, planId, beneficiary } = subscription;
  const plans = plansFor(offerId, beneficiary.tenantId).filter((plan) => !filter || plan.planId === filter);
  const { privateOffer } = subscription;
  // Only a request for the purchased plan alone returns its private offer and that offer's price.
  if (filter !== planId || !privateOffer) return c.json({ plans: plans.map((plan) => planOnWire(plan, offerId)) });
  const { externalId, price } = privateOffer;
  return c.json({
    plans: plans.map((plan) => ({ ...planOnWire({ ...plan, price }, offerId), sourceOffers: [{ externalId }] })),
  });
}

type RequestedChange = { planId: string } | { quantity: number };

async function change(world: World, c: C, subscription: Subscription): Promise<Response> {
  if (!subscription.allowedCustomerOperations.includes("Update")) {
    return problem(c, 400, "BadRequest", "Update is not among the allowed customer operations", "update");
  }
  if (subscription.status !== "Subscribed")
    return problem(c, 400, "BadRequest", "Subscription is not active", "update");
  const requested = readRequestedChange(await readJson(c));
  if (typeof requested === "string") return c.json({ message: requested }, 400);
  const wrong =
    "planId" in requested
      ? planProblem(subscription, requested.planId)
      : quantityProblem(subscription, requested.quantity);
  if (wrong) return c.json({ code: "BadRequest", message: wrong, target: "update" }, 400);
  if (pendingOperation(world, subscription.id)) {
    const message = "Patch cannot be completed because the subscription is locked due to pending operations";
    return problem(c, 400, "Failed", message, "update");
  }
  return accepted(world, c, startPublisherChange(world, subscription, requested));
}

function readRequestedChange(body: unknown): RequestedChange | string {
  const { planId, quantity } = (body ?? {}) as { planId?: unknown; quantity?: unknown };
  if (planId !== undefined && quantity !== undefined) return "Cannot patch more than one field in the same request";
  if (typeof planId === "string" && planId !== "") return { planId };
  if (typeof quantity === "number" && Number.isInteger(quantity)) return { quantity };
  return "The request content is null";
}

function planProblem(subscription: Subscription, planId: string): string | null {
  if (planId === subscription.planId) {
    return `SaaS subscription ${subscription.name} is already subscribed to plan ${planId}. Changing plans only supported between two different plans`;
  }
  const plan = plansFor(subscription.offerId, subscription.beneficiary.tenantId).find((item) => item.planId === planId);
  if (!plan || plan.isStopSell) return "Request Plan is NOT in Catalog.";
  return subscription.quantity === null ? null : seatsProblem(plan, subscription.quantity);
}

function quantityProblem(subscription: Subscription, quantity: number): string | null {
  if (quantity > 1_000_000) {
    return "This purchase has failed because the number of purchased seats exceeded the maximal limit of 1000000";
  }
  const plan = findPlan(subscription.offerId, subscription.planId);
  if (!plan || !findOffer(subscription.offerId)?.isPerSeat) return "Quantity cannot be changed on a flat rate plan";
  if (quantity === subscription.quantity) return "New quantity is the same as on the subscription";
  return seatsProblem(plan, quantity);
}

function cancel(world: World, c: C, subscription: Subscription): Response {
  if (subscription.status === "Unsubscribed") return c.body(null, 200);
  if (!subscription.allowedCustomerOperations.includes("Delete")) {
    return problem(c, 400, "BadRequest", "Delete is not among the allowed customer operations", "delete");
  }
  if (pendingOperation(world, subscription.id)) return conflict(c);
  return accepted(world, c, startPublisherCancel(world, subscription));
}

// No known source documents a body.
function conflict(c: C): Response {
  return c.body(null, 409);
}

function accepted(world: World, c: C, operation: Operation): Response {
  const path = `/api/saas/subscriptions/${operation.subscriptionId}/operations/${operation.id}`;
  c.header("Operation-Location", `${world.url}${path}?api-version=${apiVersion}`);
  return c.body(null, 202);
}

function listOperations(world: World, c: C): Response {
  // As the service does: an empty list for an unknown subscription. The documentation says 404.
  const id = c.req.param("id") ?? "";
  const offerId = world.state.subscriptions.get(id)?.offerId ?? "";
  const visibleBefore = world.now() - world.state.settings.listLagMs;
  const operations = operationsOf(world.state, id).filter(
    (operation) => operation.status === "InProgress" && operation.createdAt <= visibleBefore,
  );
  return c.json({ operations: operations.map((operation) => operationOnWire(operation, offerId)) });
}

function findOperation(world: World, c: C): { operation: Operation; subscription: Subscription } | null {
  const subscription = world.state.subscriptions.get(c.req.param("id") ?? "");
  const operation = world.state.operations.get(c.req.param("operationId") ?? "");
  if (!subscription || operation?.subscriptionId !== subscription.id) return null;
  return { operation, subscription };
}

function getOperation(world: World, c: C): Response {
  const found = findOperation(world, c);
  // Documented as 404; the service returns 400.
  if (!found) return problem(c, 400, "EntityNotFound", "Failed to get operation", c.req.param("operationId") ?? "");
  return c.json(operationOnWire(found.operation, found.subscription.offerId));
}

async function updateOperation(world: World, c: C): Promise<Response> {
  const found = findOperation(world, c);
  if (!found) return problem(c, 400, "NotFound", "Failed to find operation", "operation");
  if (found.operation.source === "Partner") return c.text("An unexpected error occurred.", 500);
  const body = await readJson(c);
  try {
    acknowledge(world, found.operation, (body as { status?: unknown } | null)?.status);
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return conflict(c);
    throw error;
  }
  return c.body(null, 200);
}

/** The body as JSON; null if empty. */
async function readJson(c: C): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return "malformed";
  }
}
