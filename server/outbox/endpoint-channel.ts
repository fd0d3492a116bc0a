/** Messages to endpoints of the product: the change as `/api/v1/changes` gives it, signed as Standard Webhooks 1.0. */
import { createBatcher } from "../database/statements/batch.ts";
import type { Database } from "../database/connection/database.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { type EndpointTarget, readEndpointTargets } from "../database/queries/endpoints.ts";
import { type ProductEvent, readEvents } from "../database/queries/product.ts";
import { readRetryAfter } from "../domain/message-retries.ts";
import { AddressRefused } from "../outward/addresses.ts";
import { CallFailed, type OutwardAnswer, type OutwardCalls } from "../outward/outward-calls.ts";
import { type Channel, noAnswer, notSent, requireClaim, type Sent } from "./channel.ts";
import type { EndpointSecrets } from "./endpoint-secrets.ts";
import { signMessage } from "./standard-webhooks.ts";
import { storedAnswer, storedRequest } from "./stored-exchange.ts";

export type EndpointChannelOptions = {
  db: Database;
  outward: Pick<OutwardCalls, "post">;
  secrets: EndpointSecrets;
  /** The change as the product API gives it. */
  render: (event: ProductEvent) => object;
  now: () => Date;
};

export type EndpointChannel = ReturnType<typeof createEndpointChannel>;

export function createEndpointChannel(options: EndpointChannelOptions) {
  const { db, outward, secrets, render, now } = options;
  const batched = { batchSize: 64, concurrency: 2 };
  const readEvent = createBatcher<string, ProductEvent | null>({
    async run(ids) {
      const found = new Map((await readEvents(db, ids)).map((event) => [event.entry.id, event]));
      return ids.map((id) => found.get(id) ?? null);
    },
    ...batched,
  });
  // Read for each message, so that a new secret or address applies from the next attempt on.
  const readTarget = createBatcher<string, EndpointTarget | null>({
    async run(ids) {
      const found = new Map((await readEndpointTargets(db, ids)).map((target) => [target.id, target]));
      return ids.map((id) => found.get(id) ?? null);
    },
    ...batched,
  });

  async function post(target: EndpointTarget, messageId: string, change: object): Promise<Sent> {
    const startedAt = performance.now();
    const at = now();
    const body = JSON.stringify(change);
    const keys = await secrets.open(target, at);
    if (keys === null) {
      return notSent("Its secret cannot be read, because SESSION_SECRET has changed. Rotate the secret.");
    }
    const headers = {
      ...signMessage(messageId, at, body, keys),
      "content-type": "application/json",
      "user-agent": "Marketdesk",
    };
    const sent = { request: storedRequest(headers, change, body) };
    try {
      const answer = await outward.post(target.address, headers, body);
      return { ...sent, durationMs: elapsedSince(startedAt), ...resultOf(answer, at) };
    } catch (error) {
      if (error instanceof AddressRefused) return { ...notSent(error.message), ...sent };
      if (!(error instanceof CallFailed)) throw error;
      return { ...noAnswer, ...sent, outcome: "failed", durationMs: elapsedSince(startedAt), problem: error.message };
    }
  }

  return {
    /** Sends a change once, outside of the order of messages. */
    post,
    async send(message: ClaimedMessage): Promise<Sent> {
      const [target, event] = await Promise.all([readTarget(message.receiverId), readEvent(message.messageId)]);
      if (target === null || event === null) {
        return { ...notSent("The event of this message no longer exists."), isFinal: true };
      }
      requireClaim(message);
      return post(target, message.messageId, render(event));
    },
  } satisfies Channel & { post: unknown };
}

function elapsedSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** 2xx is a delivery; 410 ends the endpoint (Standard Webhooks 1.0, "Delivery"). */
function resultOf({ status, retryAfter, body }: OutwardAnswer, at: Date): Omit<Sent, "durationMs" | "request"> {
  const isDelivered = status >= 200 && status < 300;
  const isRedirect = status >= 300 && status < 400;
  return {
    outcome: isDelivered ? "delivered" : "failed",
    status,
    problem: isDelivered ? null : isRedirect ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`,
    answer: storedAnswer(body),
    retryAfterMs: status === 429 || status === 503 ? readRetryAfter(retryAfter, at) : null,
    isGone: status === 410,
    isFinal: false,
  };
}
