/** A product that reports usage during faults, and the clock that Microsoft and the instances share. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import Big from "big.js";
import { findPlan } from "../../sandbox/fulfillment/catalog.ts";
import type { AcceptedUsage } from "../../sandbox/model.ts";
import { buyActive, inParallel } from "./deliver-webhooks.ts";
import { type Scene, waitUntil } from "./scene.ts";
import type { LedgerHour, ReportedUsage } from "./usage-invariant.ts";

export const hourMs = 3_600_000;
const offerId = "vault";
const planId = "basic";
const minuteMs = 60_000;
/** The term begins before all usage, so that there is one account of each dimension. */
const boughtBeforeMs = 72 * hourMs;
const dimensions = ["storage", "restores"] as const;

type NewUsage = { subscriptionId: string; dimension: string; quantity: string; time: Date };
export type Meter = Awaited<ReturnType<typeof openMeter>>;

/**
 * Buys subscriptions, and moves both clocks back: so they can be moved on later, and Entra's tokens stay valid.
 * @param options.backMs how far; an hour must remain to seal what was carried to the open hour
 */
export async function openMeter(scene: Scene, options: { subscriptions: number; backMs?: number }) {
  const { staff, control } = scene;
  await control("clock", { advanceMs: -boughtBeforeMs });
  const subscriptions = await inParallel(Array.from({ length: options.subscriptions }), 4, () =>
    buyActive(scene, { offerId, planId, quantity: undefined }),
  );
  const areKnown = await waitUntil(async () => {
    const rows = await scene.query(`select 1 from subscriptions where status = 'Subscribed'`);
    return rows.length === subscriptions.length;
  }, 60_000);
  if (!areKnown) throw new Error("the subscriptions did not become active");
  must(await staff.call("subscriptions.askPlans", { id: subscriptions[0] }));
  must(
    await staff.call("usage.setSettings", {
      graceMinutes: 0,
      holdFactor: null,
      isShownToPurchasers: true,
      seenVersion: 0,
      reason: "Fault run",
    }),
  );
  const made = must(await staff.call("keys.make", { name: "Fault run", scopes: ["usage"] }));
  const { key } = (JSON.parse(made.message) as { result: { data: { key: string } } }).result.data;
  let offsetMs = 0;

  /** Microsoft first: nothing is in the future. */
  async function setClocks(ms: number): Promise<void> {
    offsetMs = ms;
    await control("clock", { now: Date.now() + ms });
    for (const instance of scene.instances) instance.send({ do: "skew", ms });
    // A message has no answer.
    await sleep(200);
  }

  /** Repeats the report until it is answered, as a product does. */
  async function report(usage: readonly NewUsage[]): Promise<void> {
    const events = usage.map((one) => ({ ...one, id: randomUUID(), time: one.time.toISOString() }));
    const remaining = new Map<string, (typeof events)[number]>(events.map((event) => [event.id, event]));
    const deadline = Date.now() + 60_000;
    while (remaining.size > 0) {
      const results = await send([...remaining.values()]);
      for (const { id, status, detail } of results ?? []) {
        const event = remaining.get(id);
        if (!event) continue;
        if (status === "refused" || status === "conflict") throw new Error(`usage was ${status}: ${detail}`);
        scene.reported.push({ ...event, isLost: status === "lost" });
        remaining.delete(id);
      }
      if (remaining.size === 0) return;
      if (Date.now() > deadline) throw new Error(`${remaining.size} reports of usage were not answered`);
      await sleep(200);
    }
  }

  type Result = { id: string; status: string; detail: string | null };

  async function send(events: readonly { id: string }[]): Promise<Result[] | null> {
    const response = await fetch(`${scene.balancer.url}/api/v1/usage`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ events }),
      signal: AbortSignal.timeout(30_000),
    }).catch(() => null);
    const text = await response?.text().catch(() => null);
    if (!response || response.status >= 500 || response.status === 429) return null;
    if (!text) return null;
    if (response.status !== 200) throw new Error(`usage was answered with ${response.status}: ${text}`);
    return (JSON.parse(text) as { results: Result[] }).results;
  }

  const count = async (condition: string) =>
    (await scene.query<{ count: number }>(`select count(*)::int from usage_slots where ${condition}`))[0]?.count ?? -1;
  const now = () => new Date(Date.now() + offsetMs);

  /** Hours that are sealed and not sent, or can be sealed. */
  const due = () =>
    count(`state = 'waiting' or late > 0 or (state = 'collecting' and seal_at <= '${now().toISOString()}')`);

  await setClocks(-(options.backMs ?? 2 * hourMs));
  return {
    subscriptions,
    dimensions,
    now,
    offsetMs: () => offsetMs,
    /** The middle of the hour that began this many hours before the current one. */
    hoursAgo: (hours: number) =>
      new Date(Math.floor(now().getTime() / hourMs) * hourMs - hours * hourMs + 30 * minuteMs),
    report,
    send,
    count,
    advance: (ms: number) => setClocks(offsetMs + ms),
    due,
    /** Waits until everything due is sent, then lets the open hour end. */
    async finish(withinMs = 120_000): Promise<boolean> {
      if (!(await waitUntil(async () => (await due()) === 0, withinMs, 250))) return false;
      await setClocks(offsetMs + hourMs + 5 * minuteMs);
      return waitUntil(
        async () => (await count(`state in ('waiting', 'collecting') or late > 0`)) === 0,
        withinMs,
        250,
      );
    },
  };
}

function must<Answer extends { ok: boolean; message: string }>(answer: Answer): Answer {
  if (!answer.ok) throw new Error(`staff were refused: ${answer.message}`);
  return answer;
}

/** Both sides of the bill, for the checker. */
export async function readBill(scene: Scene) {
  const { accepted } = await scene.control<{ accepted: AcceptedUsage[] }>("usage");
  const hours = await scene.query<LedgerHour>(
    `select subscription_id as "subscriptionId", dimension, hour, state, accepted::text, lost::text,
      (case when state = 'lost' then billable else 0 end)::text as "notSent", late::text from usage_slots`,
  );
  const plan = findPlan(offerId, planId);
  const included = new Map(plan?.dimensions.map((one) => [one.id, new Big(one.included ?? "0")]));
  return { reported: scene.reported as readonly ReportedUsage[], accepted, hours, included };
}
