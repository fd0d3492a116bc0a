/** Stores webhook deliveries: all waiting ones in one statement, each answered after its commit. */
import { hash } from "node:crypto";
import type pg from "pg";
import { answerWindowMs, isLifecycleAction, lifecycle } from "../../../shared/lifecycle.ts";
import { createBatcher } from "../../database/statements/batch.ts";
import { dropFuture } from "../../domain/operation.ts";
import { parseWebhookBody } from "../../marketplace/read-webhook-body.ts";
import { newId } from "../../database/statements/new-id.ts";
import { type DeliveryRow, storeDeliveries, unnamedAction } from "./store-deliveries.ts";

export type Delivery = { body: Buffer; headers: Record<string, string>; receivedAt: Date };

/** The maximum of deliveries in one statement. */
const batchLimit = 256;
/** Statements in flight; equals the number of connections reserved for the webhook. */
export const intakeConnections = 2;

/** More uncommitted deliveries than this are a burst. */
const burst = 8;
/** A recent burst most likely continues. */
const burstLastsMs = 200;

export type Intake = {
  /** Resolves after the commit; rejects if nothing was stored. */
  receive: (delivery: Delivery) => Promise<void>;
  /** Whether webhooks arrive faster than each could be stored alone. */
  isBusy: () => boolean;
};

/**
 * Writes webhook deliveries to the database.
 * @param options.pool connections that nothing else uses; `options.onStored`: called after each commit, to settle
 * the new operations
 */
export function createIntake(options: { pool: pg.Pool; onStored: () => void }): Intake {
  const store = createBatcher<DeliveryRow, void>({
    async run(rows) {
      try {
        await storeDeliveries(options.pool, rows);
        return [];
      } finally {
        options.onStored();
      }
    },
    batchSize: batchLimit,
    concurrency: intakeConnections,
  });
  let inFlight = 0;
  let busyUntil = 0;
  return {
    async receive(delivery) {
      inFlight += 1;
      if (inFlight >= burst) busyUntil = performance.now() + burstLastsMs;
      try {
        await store(rowOf(delivery));
      } finally {
        inFlight -= 1;
      }
    },
    isBusy: () => performance.now() < busyUntil,
  };
}

function rowOf({ body, headers, receivedAt }: Delivery): DeliveryRow {
  const read = parseWebhookBody(body);
  const isAnswerDue =
    read.action !== null && isLifecycleAction(read.action) && lifecycle[read.action].acknowledge === "required";
  const deliveryId = newId(receivedAt);
  const operationId = newId(receivedAt);
  const action = read.action ?? (read.subscriptionId === null ? null : unnamedAction);
  const fields = {
    ordinal: 0,
    key: read.operationId ?? operationId,
    body_from: 0,
    body_length: 0,
    delivery_id: deliveryId,
    operation_id: operationId,
    received_at: receivedAt,
    body_sha256: hash("sha256", body),
    headers,
    marketplace_id: read.operationId,
    subscription_id: read.subscriptionId,
    action,
    source: read.source,
    status: read.status,
    plan_id: read.planId,
    quantity: read.quantity,
    occurred_at: dropFuture(read.at, receivedAt),
    answer_due_at: isAnswerDue && read.source !== "Partner" ? new Date(receivedAt.getTime() + answerWindowMs) : null,
  };
  return { fields, body };
}
