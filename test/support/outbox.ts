/** The outbox for a test: a database of its own, endpoints that a test scripts, and as many senders as it wants. */
import { sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import type { EventKind } from "../../shared/product.ts";
import type { CreateEndpointInput } from "../../shared/inputs/outbox.ts";
import { createEndpoint } from "../../server/commands/endpoints/create-endpoint.ts";
import { createDatabase, type Database, type Executor } from "../../server/database/connection/database.ts";
import { record } from "../../server/database/record/record.ts";
import { subscriptions } from "../../server/database/schema/subscriptions.ts";
import { newId } from "../../server/database/statements/new-id.ts";
import type { Actor } from "../../server/domain/actor.ts";
import { changeAnswer } from "../../server/http/product-api/responses.ts";
import { createEndpointChannel } from "../../server/outbox/endpoint-channel.ts";
import { createEndpointSecrets } from "../../server/outbox/endpoint-secrets.ts";
import { type SenderOptions, startSender } from "../../server/outbox/sender.ts";
import { createOutwardCalls } from "../../server/outward/outward-calls.ts";
import { quiet } from "./app.ts";
import { createTestDatabase, longTimeouts } from "./database.ts";
import { answer, type Script, type SeenRequest, startScriptedServer } from "./scripted-server.ts";

export type Outbox = Awaited<ReturnType<typeof startOutbox>>;

const admin: Actor = { kind: "staff", id: "tenant:admin", name: "Test admin", role: "admin" };

/** @param options.timeoutMs shorter than in production, so that a test need not wait */
export async function startOutbox(options: { timeoutMs?: number } = {}) {
  const testDatabase = await createTestDatabase();
  const open = (name: string, others: { max?: number; isPlannedOnce?: boolean } = {}) =>
    createDatabase({ url: testDatabase.appUrl, name, max: 4, ...longTimeouts, log: quiet, ...others });
  const { db, close } = open("test");
  const needs = open("test, needs", { max: 1, isPlannedOnce: true });
  const stops: (() => Promise<unknown>)[] = [];
  const outward = createOutwardCalls({
    allowedHosts: ["localhost", "127.0.0.1"],
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const secrets = createEndpointSecrets("a secret of the tests, as long as secrets must be");
  const now = () => new Date();
  const channelOn = (of: Database) => createEndpointChannel({ db: of, outward, secrets, render: changeAnswer, now });
  const tools = { addressProblem: outward.addressProblem, secrets, sendTest: channelOn(db).post, wake: () => {} };
  const ctx = { db, now, actor: admin };
  let names = 0;

  return {
    db,
    needsDb: needs.db,
    ctx,
    tools,
    /** Retries immediately; each sender has connections of its own, as each instance has. */
    startSender(others: Partial<SenderOptions> = {}) {
      const { db: own, close: closeOwn } = open("sender");
      const channel = channelOn(own);
      const sender = startSender({
        db: own,
        channels: { endpoint: channel },
        now,
        isBusy: () => false,
        log: quiet,
        random: () => 0,
        ...others,
      });
      let isStopped = false;
      const stop = async () => {
        if (isStopped) return;
        isStopped = true;
        await sender.stop();
        await closeOwn();
      };
      stops.push(stop);
      return { ...sender, stop };
    },
    /** An endpoint that accepts everything unless it is scripted otherwise. */
    async addEndpoint(input: Partial<CreateEndpointInput> = {}) {
      const server = await startScriptedServer();
      server.always(answer(204));
      stops.push(server.stop);
      names += 1;
      const made = await createEndpoint(ctx, tools, {
        name: `Product ${names}`,
        address: `${server.url}/hooks`,
        eventTypes: null,
        offerIds: null,
        ...input,
      });
      return {
        ...made,
        server,
        /** What was sent, verified by the published verifier. */
        received: () => server.requests.map((request) => verified(made.secret, request)),
      };
    },
    async addSubscription(id: string, others: Partial<typeof subscriptions.$inferInsert> = {}): Promise<void> {
      const at = now();
      await db.insert(subscriptions).values({
        id,
        name: `Subscription ${id}`,
        offerId: "insight",
        planId: "team",
        quantity: 5,
        status: "Subscribed",
        statusSince: at,
        firstSeenBy: "reconcile",
        syncedAt: at,
        createdAt: at,
        updatedAt: at,
        ...others,
      });
    },
    /** Records changes in one transaction. @returns their ids, which are those of the events */
    async emit(changes: { subscriptionId: string; kind?: EventKind; summary?: string }[], executor: Executor = db) {
      const at = now();
      const entries = changes.map(({ kind = "subscription.quantity_changed", summary = "Seats changed", ...rest }) => ({
        id: newId(at),
        kind,
        summary,
        ...rest,
      }));
      await executor.transaction((tx) => record(tx, { kind: "marketplace" }, at, entries));
      return entries.map(({ id }) => id);
    },
    async messages(receiverId: string) {
      const { rows } = await db.execute<{
        id: number;
        message_id: string;
        state: string;
        attempts: number;
        problem: string | null;
      }>(
        sql`select id, message_id, state, attempts, problem from outbox_messages where receiver_id = ${receiverId} order by id`,
      );
      return rows;
    },
    async receiver(id: string) {
      const { rows } = await db.execute<{
        state: string;
        state_reason: string | null;
        failing_since: string | null;
        failing_lanes: number;
        waits_until: string | null;
      }>(sql`select * from outbox_receivers where id = ${id}`);
      return rows[0];
    },
    async stop(): Promise<void> {
      for (const stop of stops.toReversed()) await stop();
      await outward.stop();
      await close();
      await needs.close();
      await testDatabase.drop();
    },
  };
}

export type SentChange = {
  id: string;
  type: string;
  subscriptionId: string;
  summary: string;
  subscription: { id: string } | null;
};

export function verified(secret: string, { headers, body }: SeenRequest): SentChange {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as SentChange;
}

/** Fails for one subscription and accepts the others. */
export function failFor(subscriptionId: string, status = 500): Script {
  return (request, response) =>
    answer(request.body.includes(`"subscriptionId":"${subscriptionId}"`) ? status : 204)(request, response);
}
