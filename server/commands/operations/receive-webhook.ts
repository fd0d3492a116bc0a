/** Stores webhook deliveries: all waiting ones in one statement, each answered after its commit. */
import { hash } from "node:crypto";
import type pg from "pg";
import { answerWindowMs, isLifecycleAction, lifecycle } from "../../../shared/lifecycle.ts";
import { createBatcher } from "../../database/statements/batch.ts";
import { parseWebhookBody } from "../../marketplace/parse-payload.ts";
import { newId } from "../../database/statements/new-id.ts";

export type Delivery = { body: Buffer; headers: Record<string, string>; receivedAt: Date };

/**
 * One statement for a batch of deliveries, so that a burst costs one commit. Every delivery is stored as accepted,
 * duplicate or unprocessable.
 * - A notification of our own change finds the request that has no id yet (its 202 may be outstanding); one with a
 * known id triggers the next poll.
 * - Any other operation is inserted unless known, so that repeated deliveries have one effect. Without Microsoft's id, each delivery
 * is an operation of its own.
 * Rows are inserted in key order, so that instances cannot deadlock. Known operations are looked up singly
 * (`lateral`, `any(array)`), because a plain join is planned for a small table and later scans the whole one.
 */
const storeDeliveries = `
with incoming as materialized (
  select * from jsonb_to_recordset($1::jsonb) as row(
    ordinal int, key text, delivery_id uuid, operation_id uuid, received_at timestamptz, body_from int, body_length int, body_sha256 text, headers jsonb,
    marketplace_id text, subscription_id text, action text, source text, status text, plan_id text, quantity int,
    occurred_at timestamptz, answer_due_at timestamptz)
), named as (
  select distinct on (key) * from incoming
  where subscription_id is not null
  order by key, ordinal
), known as (
  select found.* from named cross join lateral (
    select id, marketplace_id, stage from operations where operations.marketplace_id = named.marketplace_id limit 1
  ) found
), own as (
  select distinct on (operations.id) operations.id, named.marketplace_id
  from operations join named on operations.subscription_id = named.subscription_id and operations.action = named.action
  where operations.stage = 'requested' and operations.sent_at is not null and operations.marketplace_id is null
    and named.marketplace_id is not null and coalesce(named.source, 'Partner') = 'Partner' and not exists (select from known where known.marketplace_id = named.marketplace_id)
  order by operations.id, named.ordinal
), attached as (
  update operations set marketplace_id = own.marketplace_id, due_at = now(), stuck_at = null from own
  where operations.id = own.id and operations.marketplace_id is null
  returning operations.id, operations.marketplace_id
), nudged as (
  update operations set due_at = now(), stuck_at = null
  where id = any(array(select id from known where stage = 'accepted')) and stage = 'accepted'
), inserted as (
  insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, plan_id, quantity,
    occurred_at, answer_due_at, due_at, actor_kind, actor_name, created_at, updated_at)
  select operation_id, marketplace_id, subscription_id, action, coalesce(source, 'Azure')::operation_source, 'received',
    status, plan_id, quantity, occurred_at, answer_due_at, now(), 'marketplace', 'Microsoft', received_at, received_at
  from named
  where not exists (select from own where own.marketplace_id = named.marketplace_id)
    and not exists (select from known where known.marketplace_id = named.marketplace_id)
  order by key
  on conflict (marketplace_id) do nothing
  returning id, marketplace_id
), stored as (
  select id, coalesce(marketplace_id, id::text) as key, true as is_first from inserted
  union all select id, marketplace_id, true from attached
  union all select id, marketplace_id, false from known
)
insert into webhook_deliveries (id, received_at, outcome, marketplace_id, subscription_id, action, operation_id, body, body_sha256, headers)
select incoming.delivery_id, incoming.received_at,
  (case when incoming.subscription_id is null then 'unprocessable'
    when stored.is_first and incoming.ordinal = named.ordinal then 'accepted' else 'duplicate' end)::delivery_outcome,
  incoming.marketplace_id, incoming.subscription_id, incoming.action, stored.id,
  substring($2::bytea from incoming.body_from for incoming.body_length), incoming.body_sha256, incoming.headers
from incoming
left join named on named.key = incoming.key
left join stored on stored.key = incoming.key
order by incoming.delivery_id`;

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
  const store = createBatcher<Row, void>({
    async run(rows) {
      try {
        // All bodies in one value: PostgreSQL takes bytes as they are, while JSON would need an encoding.
        let from = 1;
        for (const [ordinal, { fields, body }] of rows.entries()) {
          Object.assign(fields, { ordinal, body_from: from, body_length: body.length });
          from += body.length;
        }
        const values = [JSON.stringify(rows.map(({ fields }) => fields)), Buffer.concat(rows.map(({ body }) => body))];
        await options.pool.query({ name: "store-deliveries", text: storeDeliveries, values });
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

/** Stands for an action that a body does not name: like an unknown one, it is proved by the subscription and shown to staff. */
const unnamedAction = "Unnamed";

type Row = { fields: Record<string, unknown>; body: Buffer };

function rowOf({ body, headers, receivedAt }: Delivery): Row {
  const read = parseWebhookBody(body);
  const isAnswerDue =
    read.action !== null && isLifecycleAction(read.action) && lifecycle[read.action].acknowledge === "required";
  const deliveryId = newId(receivedAt);
  const operationId = newId(receivedAt);
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
    action: read.action ?? (read.subscriptionId === null ? null : unnamedAction),
    source: read.source,
    status: read.status,
    plan_id: read.planId,
    quantity: read.quantity,
    occurred_at: read.at,
    answer_due_at: isAnswerDue && read.source !== "Partner" ? new Date(receivedAt.getTime() + answerWindowMs) : null,
  };
  return { fields, body };
}
