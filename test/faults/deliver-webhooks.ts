/** Webhooks that a fault delivers itself, in any order and number. */
import { setTimeout as sleep } from "node:timers/promises";
import { ordersOf } from "./seeded-random.ts";
import type { Scene } from "./scene.ts";

/** The body of an operation's webhook, as the sandbox would send it. */
export async function bodyOf(scene: Pick<Scene, "control">, operationId: string): Promise<string> {
  const operation = await scene.control<{ deliveries: { body: unknown }[] }>(`operations/${operationId}`);
  return JSON.stringify(operation.deliveries[0]?.body);
}

/** A subscription that is active at Microsoft; its Subscribe webhook is delivered by default. */
export async function buyActive(scene: Pick<Scene, "control">, input: object = {}): Promise<string> {
  const { subscriptionId } = await scene.control<{ subscriptionId: string }>("purchases", {
    offerId: "insight",
    planId: "team",
    quantity: 5,
    purchaser: "ada",
    autoActivate: true,
    ...input,
  });
  return subscriptionId;
}

/** The id of a subscription's newest operation at Microsoft. */
async function newestOperation(scene: Pick<Scene, "control">, subscriptionId: string): Promise<string> {
  const { operations } = await scene.control<{ operations: { id: string }[] }>(
    `operations?subscriptionId=${subscriptionId}&limit=1`,
  );
  return operations[0]?.id ?? "";
}

/** Six events of one subscription in the order in which they happen at Microsoft. */
const events: ((scene: Pick<Scene, "control">, id: string) => Promise<string>)[] = [
  (scene, id) => newestOperation(scene, id),
  (scene, id) => happen(scene, id, "change-plan", { planId: "business" }),
  (scene, id) => happen(scene, id, "change-quantity", { quantity: 9 }),
  (scene, id) => happen(scene, id, "suspend", {}),
  (scene, id) => happen(scene, id, "reinstate", {}),
  (scene, id) => happen(scene, id, "unsubscribe", {}),
];

/** Waits while Microsoft's previous change is in progress. */
async function happen(scene: Pick<Scene, "control">, id: string, act: string, body: object): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      const { operationId } = await scene.control<{ operationId: string }>(`subscriptions/${id}/${act}`, {
        ...body,
        deliver: false,
      });
      return operationId;
    } catch (error) {
      if (!(error as Error).message.startsWith("409 ") || tries > 200) throw error;
      await sleep(10);
    }
  }
}

/** All 720 orders of the six. */
export const allOrders = ordersOf(events.map((_, index) => index));

/**
 * Makes the six events of one subscription happen and delivers their webhooks in the given order: each webhook is sent
 * after its event, as late as the order requires. Returns the answers.
 */
export async function deliverInOrder<Answer>(
  scene: Pick<Scene, "control">,
  order: readonly number[],
  deliver: (body: string) => Promise<Answer>,
): Promise<Answer[]> {
  const id = await buyActive(scene, { deliver: false });
  const operationIds: string[] = [];
  const answers: Answer[] = [];
  for (const wanted of order) {
    while (operationIds.length <= wanted) {
      const event = events[operationIds.length];
      if (event) operationIds.push(await event(scene, id));
    }
    answers.push(await deliver(await bodyOf(scene, operationIds[wanted] ?? "")));
  }
  return answers;
}

/** Does something for each item, with limited concurrency, and returns the results in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const workers = Array.from({ length: Math.min(atATime, items.length) }, async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item, index);
    }
  });
  await Promise.all(workers);
  return results;
}
