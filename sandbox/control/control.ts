/** The sandbox's actions as a JSON API, for tests: 200 with the result, or 4xx with `{error: "sentence"}`. */
import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { moveClock, redeliverOperation, resetWorld, rotateKeys } from "../actions.ts";
import { deliveryView, findSubscriptions, operationViews, subscriptionView, countPending } from "./control-views.ts";
import { addFault, faultInput } from "../faults.ts";
import type { ActOptions } from "../fulfillment/operations.ts";
import { changePlanFacts } from "../fulfillment/catalog.ts";
import { inboxModes } from "../inbox/inbox.ts";
import { sameOrigin } from "../origin.ts";
import { Refusal } from "../fulfillment/refusal.ts";
import { addSample } from "../sample/sample.ts";
import { changePerson, peopleViews, personChange, personView } from "../people.ts";
import { settingsInput } from "../sandbox-settings.ts";
import { scheduleEverything } from "../due.ts";
import {
  buy,
  customerChangesPlan,
  customerChangesQuantity,
  landingLink,
  reinstate,
  renew,
  suspend,
  unsubscribe,
} from "../fulfillment/subscriptions.ts";
import type { Operation, Subscription } from "../model.ts";
import { makeWebhookToken, webhookTokenInput } from "../fulfillment/webhook-token.ts";
import type { World } from "../world.ts";

const seats = z.int("quantity must be a whole number").min(1).max(1_000_000);
const purchaseInput = z.strictObject({
  offerId: z.string(),
  planId: z.string(),
  quantity: seats.optional(),
  name: z.string().max(200).optional(),
  purchaser: z.string().optional(),
  beneficiary: z.string().optional(),
  autoActivate: z.boolean().optional(),
  isTest: z.boolean().optional(),
  sandboxType: z.enum(["None", "Csp"]).optional(),
  sessionMode: z.enum(["None", "DryRun"]).optional(),
  privatePrice: z.number().min(0).optional(),
  deliver: z.boolean().optional(),
});
/** The properties of a plan that a publisher can change in Partner Center. */
const planFactsInput = z.strictObject({
  offerId: z.string(),
  planId: z.string(),
  name: z.string().min(1).max(200).optional(),
  minQuantity: seats.optional(),
  maxQuantity: seats.optional(),
  price: z.number().min(0).optional(),
  otherTerms: z.array(z.strictObject({ termUnit: z.string(), price: z.number().min(0) })).optional(),
});
/** How Microsoft processes accepted usage on the next day. */
const processingInput = z.strictObject({
  subscriptionId: z.string(),
  recon: z.enum(["Accepted", "Rejected", "Mismatch"]),
});
const deliver = z.boolean().optional();
const actInput = z.strictObject({ deliver });
const planInput = z.strictObject({ planId: z.string().min(1), deliver });
const seatsInput = z.strictObject({ quantity: seats, deliver });
const clockInput = z.strictObject({
  now: z.union([z.iso.datetime({ offset: true }), z.number()]).optional(),
  advanceMs: z.number().optional(),
});

const inboxModeInput = z.strictObject({ mode: z.enum(inboxModes) });

/** The routes under `/control`. */
export function control(world: World, options: { sample: boolean }): Hono {
  const app = new Hono({ strict: false });
  app.use(sameOrigin);
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    world.log(`The sandbox failed at ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json({ error: error.message }, 500);
  });
  addReading(app, world);
  addSubscriptionActions(app, world);
  addConditions(app, world, options);
  app.all("/*", (c) => c.json({ error: `Not found: ${c.req.method} ${c.req.path}.` }, 404));
  return app;
}

function addReading(app: Hono, world: World): void {
  app.get("/subscriptions", (c) => {
    const { rows, total } = findSubscriptions(world, {
      q: c.req.query("q"),
      status: c.req.query("status"),
      ...range(c),
    });
    return c.json({ total, subscriptions: rows.map((row) => subscriptionView(world, row)) });
  });
  app.get("/subscriptions/:id", (c) => c.json(subscriptionView(world, subscriptionOf(world, c))));
  app.get("/operations", (c) => {
    const id = c.req.query("subscriptionId");
    const all = [...world.state.operations.values()].filter((item) => id === undefined || item.subscriptionId === id);
    const { offset, limit } = range(c);
    const operations = all.reverse().slice(offset, offset + limit);
    return c.json({ total: all.length, operations: operationViews(world, operations) });
  });
  app.get("/operations/:id", (c) => c.json(operationViews(world, [operationOf(world, c)])[0]));
  app.get("/deliveries", (c) => {
    const all = [...world.state.deliveries.values()].reverse();
    const { offset, limit } = range(c);
    return c.json({ total: all.length, deliveries: all.slice(offset, offset + limit).map(deliveryView) });
  });
  app.get("/calls", (c) => {
    const { area, method, path } = c.req.query();
    const calls = world.calls
      .list()
      .filter(
        (call) =>
          (!area || call.area === area) && (!method || call.method === method) && (!path || call.path.includes(path)),
      );
    return c.json({ total: calls.length, calls });
  });
  app.get("/inbox", (c) => c.json({ messages: world.inbox.list() }));
  app.delete("/inbox", (c) => {
    world.inbox.clear();
    return c.json({ ok: true });
  });
  app.get("/pending", (c) => c.json(countPending(world)));
  app.get("/ledger", (c) => c.json({ webhooks: world.ledger.webhooks, changes: world.ledger.changes }));
  app.get("/usage", (c) => c.json({ accepted: [...world.state.usage.accepted.values()] }));
  app.delete("/calls", (c) => {
    world.calls.clear();
    return c.json({ ok: true });
  });
}

function addSubscriptionActions(app: Hono, world: World): void {
  app.post("/purchases", async (c) => {
    const subscription = buy(world, await read(c, purchaseInput));
    return c.json({ subscriptionId: subscription.id, ...landingLink(world, subscription) });
  });
  app.post("/subscriptions/:id/token", (c) => c.json(landingLink(world, subscriptionOf(world, c))));

  const addAction = <Input extends ActOptions>(
    name: string,
    schema: z.ZodType<Input>,
    run: (subscription: Subscription, input: Input) => Operation,
  ) => {
    app.post(`/subscriptions/:id/${name}`, async (c) => {
      const input = await read(c, schema);
      return c.json({ operationId: run(subscriptionOf(world, c), input).id });
    });
  };
  addAction("change-plan", planInput, (subscription, input) =>
    customerChangesPlan(world, subscription, input.planId, input),
  );
  addAction("change-quantity", seatsInput, (subscription, input) =>
    customerChangesQuantity(world, subscription, input.quantity, input),
  );
  addAction("suspend", actInput, (subscription, input) => suspend(world, subscription, input));
  addAction("reinstate", actInput, (subscription, input) => reinstate(world, subscription, input));
  addAction("renew", actInput, (subscription, input) => renew(world, subscription, input));
  addAction("unsubscribe", actInput, (subscription, input) => unsubscribe(world, subscription, input));
  app.post("/operations/:id/redeliver", (c) => {
    const deliveries = redeliverOperation(world, operationOf(world, c));
    return c.json({ deliveryIds: deliveries.map((delivery) => delivery.id) });
  });
}

function addConditions(app: Hono, world: World, options: { sample: boolean }): void {
  app.get("/faults", (c) => c.json({ faults: world.state.faults }));
  app.post("/faults", async (c) => c.json(addFault(world, await read(c, faultInput))));
  app.delete("/faults", (c) => {
    const id = c.req.query("id");
    world.state.faults = id ? world.state.faults.filter((fault) => fault.id !== id) : [];
    world.changed();
    return c.json({ faults: world.state.faults });
  });
  app.post("/usage/failures", async (c) => {
    const { times } = await read(c, z.strictObject({ times: z.int().min(0).max(1_000_000) }));
    world.state.usage.failuresLeft = times;
    return c.json({ times });
  });
  app.post("/usage/processing", async (c) => {
    const { subscriptionId, recon } = await read(c, processingInput);
    for (const accepted of world.state.usage.accepted.values())
      if (accepted.resourceId === subscriptionId) accepted.recon = recon;
    world.changed();
    return c.json({ ok: true });
  });
  app.post("/plans", async (c) => {
    const { offerId, planId, ...change } = await read(c, planFactsInput);
    if (!changePlanFacts(offerId, planId, change)) throw new Refusal(400, `Offer ${offerId} has no plan "${planId}".`);
    return c.json({ ok: true });
  });
  app.get("/settings", (c) => c.json(world.state.settings));
  app.post("/settings", async (c) => {
    Object.assign(world.state.settings, await read(c, settingsInput));
    world.changed();
    return c.json(world.state.settings);
  });
  const clock = () => ({ now: new Date(world.now()).toISOString(), offsetMs: world.state.clockOffsetMs });
  app.get("/clock", (c) => c.json(clock()));
  app.post("/clock", async (c) => {
    moveClock(world, await read(c, clockInput));
    return c.json(clock());
  });
  app.post("/keys/rotate", async (c) => {
    const { forgetOld } = await read(c, z.strictObject({ forgetOld: z.boolean().optional() }));
    return c.json({ kid: await rotateKeys(world, forgetOld ?? false) });
  });
  app.get("/people", (c) => c.json({ people: peopleViews(world) }));
  app.post("/people/:key", async (c) => {
    const persona = changePerson(world, c.req.param("key"), await read(c, personChange));
    return c.json(personView(world, persona));
  });
  app.post("/inbox/mode", async (c) => {
    world.inbox.setMode((await read(c, inboxModeInput)).mode);
    return c.json({ ok: true });
  });
  app.post("/webhook-token", async (c) =>
    c.json({ token: await makeWebhookToken(world, await read(c, webhookTokenInput)) }),
  );
  app.post("/sample", async (c) => {
    const { count, seed } = await read(
      c,
      z.strictObject({ count: z.int().min(1).max(200_000), seed: z.int().optional() }),
    );
    addSample(world.state, world.now(), { count, seed });
    scheduleEverything(world);
    world.changed();
    return c.json({ total: world.state.order.length });
  });
  app.post("/reset", async (c) => {
    const { sample } = await read(c, z.strictObject({ sample: z.boolean().optional() }));
    await resetWorld(world, sample ?? options.sample);
    return c.json({ subscriptions: world.state.order.length });
  });
}

async function read<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "));
  throw new Refusal(400, problems.join("; "));
}

function range(c: Context): { offset: number; limit: number } {
  const number = (name: string, otherwise: number) =>
    Math.max(0, Math.floor(Number(c.req.query(name) ?? otherwise)) || 0);
  return { offset: number("offset", 0), limit: number("limit", 1000) };
}

function subscriptionOf(world: World, c: Context): Subscription {
  const id = c.req.param("id") ?? "";
  const subscription = world.state.subscriptions.get(id);
  if (!subscription) throw new Refusal(404, `Subscription ${id} does not exist.`);
  return subscription;
}

function operationOf(world: World, c: Context): Operation {
  const id = c.req.param("id") ?? "";
  const operation = world.state.operations.get(id);
  if (!operation) throw new Refusal(404, `Operation ${id} does not exist.`);
  return operation;
}
