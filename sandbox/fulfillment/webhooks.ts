/** Webhooks to the publisher: signed like Microsoft's and retried until the publisher responds. */
import { randomUUID } from "node:crypto";
import { signToken } from "../signing-key.ts";
import { marketplaceAppId, marketplacePrincipalId, sandboxPublisher } from "../publisher.ts";
import { addDelivery } from "../state.ts";
import type { Attempt, Delivery, Operation, SigningKey, Subscription } from "../model.ts";
import { webhookBody } from "./wire.ts";
import type { World } from "../world.ts";

/** Pauses of up to a minute: 500 attempts take about 8 hours, as Microsoft documents. */
export const defaultWebhookRetryMs = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

const maxStoredAttempts = 50;
const tokenTtlSeconds = 3600;

/** The claims of a webhook token as Microsoft's Entra issues it (v2): `azp` names the caller; no `nbf`. */
export function webhookClaims(url: string): Record<string, unknown> {
  const { tenantId, clientId } = sandboxPublisher;
  const now = Math.floor(Date.now() / 1000);
  return {
    aud: clientId,
    iss: `${url}/${tenantId}/v2.0`,
    iat: now,
    exp: now + tokenTtlSeconds,
    aio: "sandbox",
    azp: marketplaceAppId,
    azpacr: "2",
    oid: marketplacePrincipalId,
    rh: "sandbox",
    sub: marketplacePrincipalId,
    tid: tenantId,
    uti: randomUUID(),
    ver: "2.0",
  };
}

type CachedToken = { key: SigningKey; token: Promise<string>; until: number };
const cachedTokens = new WeakMap<World, CachedToken>();

// Microsoft's service reuses a token for many calls; the sandbox does for a tenth of the token's lifetime.
function currentToken(world: World): Promise<string> {
  const key = world.state.keys[0];
  if (!key) throw new Error("The sandbox has no signing key.");
  const cached = cachedTokens.get(world);
  if (cached && cached.key === key && cached.until > Date.now()) return cached.token;
  const token = signToken(key, webhookClaims(world.url));
  cachedTokens.set(world, { key, token, until: Date.now() + tokenTtlSeconds * 100 });
  return token;
}

/** Queues the webhook of an operation with its current body. `isLost`: it is recorded but never sent. */
export function queueWebhook(world: World, operation: Operation, subscription: Subscription, isLost = false): void {
  const body = webhookBody(operation, subscription);
  const copies = isLost ? 1 : world.state.settings.webhookCopies;
  for (let copy = 0; copy < copies; copy += 1) {
    const dueAt = isLost ? null : world.now() + world.state.settings.webhookDelayMs;
    const delivery: Delivery = {
      id: randomUUID(),
      operationId: operation.id,
      subscriptionId: subscription.id,
      action: operation.action,
      body,
      createdAt: world.now(),
      dueAt,
      attemptCount: 0,
      attempts: [],
      outcome: isLost ? "lost" : "waiting",
    };
    addDelivery(world.state, delivery);
    world.timers.schedule("delivery", delivery.id, dueAt);
  }
  world.changed();
}

/** Sends a webhook again, independent of its outcome. */
export function redeliver(world: World, delivery: Delivery): void {
  delivery.outcome = "waiting";
  delivery.dueAt = world.now();
  world.changed();
  world.timers.schedule("delivery", delivery.id, delivery.dueAt);
}

/** Deliveries being sent, and those that wait for a free socket. */
type Outbox = { sending: Set<string>; queue: Set<string> };
const outboxes = new WeakMap<World, Outbox>();
const maxConcurrent = 200;

function outboxOf(world: World): Outbox {
  const known = outboxes.get(world) ?? { sending: new Set(), queue: new Set() };
  outboxes.set(world, known);
  return known;
}

type OnAnswer = (delivery: Delivery, answer: "delivered" | "refused" | "given up") => void;

/** Makes the attempt that is due, records the response and schedules the next attempt. Calls `onAnswer` at the end. */
export async function attemptDelivery(world: World, id: string, onAnswer: OnAnswer): Promise<void> {
  const { sending, queue } = outboxOf(world);
  if (sending.has(id)) return;
  if (sending.size >= maxConcurrent) {
    queue.add(id);
    return;
  }
  let current: string | undefined = id;
  while (current !== undefined && !world.stopping.aborted) {
    sending.add(current);
    await attemptNow(world, current, onAnswer);
    sending.delete(current);
    [current] = queue;
    if (current !== undefined) queue.delete(current);
  }
}

async function attemptNow(world: World, id: string, onAnswer: OnAnswer): Promise<void> {
  const delivery = world.state.deliveries.get(id);
  if (!delivery || delivery.dueAt === null || delivery.dueAt > world.now()) return;
  const attempt = await send(world, delivery);
  const { operationId, body } = delivery;
  world.ledger.sent({ operationId, body, at: new Date().toISOString(), status: attempt.status });
  // An interrupted delivery stays due, so that the next start sends it again.
  if (world.stopping.aborted || world.state.deliveries.get(id) !== delivery) return;
  delivery.attemptCount += 1;
  delivery.attempts = [...delivery.attempts, attempt].slice(-maxStoredAttempts);
  const outcome = outcomeOf(world, delivery, attempt.status);
  delivery.outcome = outcome;
  delivery.dueAt = outcome === "waiting" ? world.now() + nextPause(world, delivery.attemptCount) : null;
  world.changed();
  world.timers.schedule("delivery", id, delivery.dueAt);
  if (outcome === "given up") {
    world.log(
      `The webhook ${delivery.action} for ${delivery.subscriptionId} failed after ${delivery.attemptCount} attempts.`,
    );
  }
  if (outcome !== "waiting") onAnswer(delivery, outcome);
}

function outcomeOf(
  world: World,
  delivery: Delivery,
  status: number | null,
): "delivered" | "refused" | "given up" | "waiting" {
  if (status !== null && status >= 200 && status < 300) return "delivered";
  if (status !== null && status >= 400 && status < 500) return "refused";
  return delivery.attemptCount >= world.state.settings.webhookAttempts ? "given up" : "waiting";
}

function nextPause(world: World, attempts: number): number {
  const pauses = world.webhookRetryMs;
  return pauses[Math.min(attempts, pauses.length) - 1] ?? 60_000;
}

async function send(world: World, delivery: Delivery): Promise<Attempt> {
  const at = world.now();
  const startedAt = performance.now();
  const done = (status: number | null, answer: string): Attempt => ({
    at,
    status,
    answer: answer.slice(0, 1000),
    durationMs: Math.round(performance.now() - startedAt),
  });
  try {
    const answer = await fetch(world.webhookUrl, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await currentToken(world)}`,
        "content-type": "application/json; charset=utf-8",
        "x-ms-requestid": randomUUID(),
        "x-ms-correlationid": delivery.operationId,
      },
      body: delivery.body,
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(world.state.settings.webhookTimeoutMs), world.stopping]),
    });
    return done(answer.status, await answer.text());
  } catch (error) {
    return done(null, noAnswerReason(error));
  }
}

function noAnswerReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "No response in time.";
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
