/**
 * Microsoft in its own process: the sandbox for Entra, and a Marketplace that does as little as possible, because
 * its time is not measured. It talks to `start-fake-microsoft.ts` over IPC.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { operationOnWire, seatsAskedFor, subscriptionOnWire } from "./numbered-webhooks.ts";

export type Behavior = {
  /** How long each answer takes. */
  delayMs: number;
  /** Reads of operations are never answered. */
  isHanging: boolean;
  /** Operations are reported as accepted, as after the answer window. */
  hasEnded: boolean;
  /** Whether the parent is notified of each read of an operation. */
  reportsReads: boolean;
};

export type FakeMicrosoftCommand = { id: number; set: Partial<Behavior> };
export type FakeMicrosoftMessage =
  | { say: "ready"; marketplaceUrl: string; entraUrl: string }
  | { say: "done"; id: number }
  | { say: "operation read"; by: string; operationId: string };

const say = (message: FakeMicrosoftMessage) => process.send?.(message);
const behavior: Behavior = { delayMs: 0, isHanging: false, hasEnded: false, reportsReads: false };
const acknowledged = new Set<string>();
const seats = new Map<string, number>();

const sandbox = await startSandbox({
  port: 0,
  landingUrl: "http://localhost:9/landing",
  webhookUrl: "http://localhost:9/webhooks/marketplace",
  stateFile: null,
  sample: false,
});

/** `/{who}/api/saas/subscriptions/{id}/operations/{operation}`: the caller is part of the address. */
const pathPattern = /^\/(\w+)\/api\/saas\/subscriptions(?:\/([\w-]+)(?:\/operations\/([\w-]+))?)?\/?\?/;

const usagePattern = /^\/\w+\/api\/(batchUsageEvent|usageEvent)\?/;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (usagePattern.test(request.url ?? "")) return acceptUsage(request, response);
  const [, by = "", subscriptionId, operationId] = pathPattern.exec(request.url ?? "") ?? [];
  request.resume();
  if (operationId !== undefined && behavior.reportsReads) say({ say: "operation read", by, operationId });
  if (operationId !== undefined && behavior.isHanging) return;
  if (behavior.delayMs > 0) await sleep(behavior.delayMs);
  // The list is not measured: after this error, reconciliation retries with growing pauses.
  if (subscriptionId === undefined) return reply(response, 400, { message: "not now" });
  if (operationId === undefined)
    return reply(response, 200, subscriptionOnWire(subscriptionId, seats.get(subscriptionId) ?? 5));
  if (request.method === "PATCH") {
    acknowledged.add(operationId);
    seats.set(subscriptionId, seatsAskedFor(operationId));
    return reply(response, 200, null);
  }
  const isEnded = behavior.hasEnded || acknowledged.has(operationId);
  if (isEnded) seats.set(subscriptionId, seatsAskedFor(operationId));
  reply(response, 200, operationOnWire(operationId, subscriptionId, isEnded ? "Succeeded" : "InProgress"));
}

/** Accepts all items without remembering them. */
async function acceptUsage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as { request?: object[] };
  if (behavior.delayMs > 0) await sleep(behavior.delayMs);
  const messageTime = new Date().toISOString();
  const accept = (item: object) => ({ usageEventId: randomUUID(), status: "Accepted", messageTime, ...item });
  if (body.request === undefined) return reply(response, 200, accept(body));
  reply(response, 200, { count: body.request.length, result: body.request.map(accept) });
}

function reply(response: ServerResponse, status: number, body: object | null): void {
  const text = body === null ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => void answer(request, response));
process.on("message", ({ id, set }: FakeMicrosoftCommand) => {
  Object.assign(behavior, set);
  // Hanging requests are cut when hanging ends, so that their callers do not wait any longer.
  if (set.isHanging === false) server.closeAllConnections();
  say({ say: "done", id });
});
process.on("disconnect", () => process.exit(0));
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  say({ say: "ready", marketplaceUrl: `http://127.0.0.1:${port}`, entraUrl: sandbox.url });
});
