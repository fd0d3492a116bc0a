/** An endpoint of a product during faults: it verifies every message, and remembers what it accepted. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { testType } from "../../shared/outbox.ts";
import type { Staff } from "./staff-client.ts";

export type Accepted = { id: string; subscriptionId: string; at: number };
export type Answer = (response: ServerResponse, message: { id: string; subscriptionId: string }) => void;

export type Receiver = {
  endpointId: string;
  name: string;
  url: string;
  /** Only events after this position are addressed to it. */
  fromPosition: number;
  /** What it answered with 2xx, in order; repeats included. */
  accepted: Accepted[];
  /** All requests. */
  requests: { id: string; path: string; at: number }[];
  /** Requests that were not signed correctly. */
  unverified: string[];
  answerWith(answer: Answer): void;
  close(): Promise<void>;
};

export const accept: Answer = (response) => void response.writeHead(204).end();
export const fail: Answer = (response) => void response.writeHead(500).end();

/** Starts it and has an admin create the endpoint. */
export async function openReceiver(
  staff: Staff,
  name: string,
  positionNow: () => Promise<number>,
  input: object = {},
): Promise<Receiver> {
  let answer = accept;
  let webhook: Webhook | null = null;
  const accepted: Accepted[] = [];
  const requests: Receiver["requests"] = [];
  const unverified: string[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const id = String(request.headers["webhook-id"]);
    requests.push({ id, path: request.url ?? "", at: Date.now() });
    try {
      const change = webhook?.verify(body, request.headers as Record<string, string>) as {
        id: string;
        type: string;
        subscriptionId: string;
      };
      if (change.id !== id) unverified.push(`${id} has the body of ${change.id}`);
      response.on("finish", () => {
        const { statusCode } = response;
        if (change.type !== testType && statusCode >= 200 && statusCode < 300)
          accepted.push({ id, subscriptionId: change.subscriptionId, at: Date.now() });
      });
      answer(response, change);
    } catch (error) {
      unverified.push(`${id}: ${(error as Error).message}`);
      response.writeHead(400).end();
    }
  }

  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const created = await staff.call("endpoints.create", {
    name,
    address: `${url}/hooks`,
    eventTypes: null,
    offerIds: null,
    ...input,
  });
  if (!created.ok) throw new Error(`the endpoint could not be created: ${created.message}`);
  const { id, secret } = (JSON.parse(created.message) as { result: { data: { id: string; secret: string } } }).result
    .data;
  webhook = new Webhook(secret);
  return {
    endpointId: id,
    name,
    url,
    fromPosition: await positionNow(),
    accepted,
    requests,
    unverified,
    answerWith: (next) => void (answer = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
