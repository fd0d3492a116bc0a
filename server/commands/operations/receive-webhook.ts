/** Stores webhook deliveries: all waiting ones in one statement, each answered after its commit. */
import { hash } from "node:crypto";
import type pg from "pg";
import { answerWindowMs, isLifecycleAction, lifecycle } from "../../../shared/lifecycle.ts";
import { createBatcher } from "../../database/statements/batch.ts";
import { parseWebhookBody } from "../../marketplace/parse-payload.ts";
import { newId } from "../../database/statements/new-id.ts";

export type Delivery = { body: Buffer; headers: Record<string, string>; receivedAt: Date };

/** Stands for an action that a body does not name: like an unknown one, it is proved by the subscription and shown to staff. */
const unnamedAction = "Unnamed";

/**
 * One statement for a batch of deliveries, so that a burst costs one commit. Every delivery is stored as accepted,
 * duplicate or unprocessable.
 * - A notification of our own change finds the request that has no id yet (its 202 may be outstanding); one with a
 * known id triggers the next poll.
 * - Any other operation is inserted unless known, so that repeated deliveries have one effect. Without Microsoft's id, each delivery
 * is an operation of its own.
 * - A delivery with the id of an operation that has another action or subscription is not its duplicate: it is an operation of its own
 * with that id as `reused_id`. Without an action it is a duplicate.
 * - A delivery whose operation another statement is inserting at this moment is not stored: the caller repeats the statement.
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
  select named.key, found.*, found.subscription_id = named.subscription_id and named.action in (found.action, '${unnamedAction}') as is_same
  from named cross join lateral (
    select id, marketplace_id, stage, subscription_id, action from operations
    where operations.marketplace_id = named.marketplace_id limit 1
  ) found
), first_of_id as (
  select distinct on (marketplace_id) key, marketplace_id from named where marketplace_id is not null order by marketplace_id, ordinal
), reusing as (
  select named.* from named join first_of_id using (marketplace_id) left join known on known.key = named.key
  where case when known.key is null then named.key <> first_of_id.key else not known.is_same end
), own as (
  select distinct on (operations.id) operations.id, named.marketplace_id, named.subscription_id, named.action
  from operations join named on operations.subscription_id = named.subscription_id and operations.action = named.action
  where operations.stage = 'requested' and operations.sent_at is not null and operations.marketplace_id is null
    and named.marketplace_id is not null and coalesce(named.source, 'Partner') = 'Partner' and not exists (select from known where known.marketplace_id = named.marketplace_id)
    and not exists (select from reusing where reusing.key = named.key)
  order by operations.id, named.ordinal
), attached as (
  update operations set marketplace_id = own.marketplace_id, due_at = now(), stuck_at = null from own
  where operations.id = own.id and operations.marketplace_id is null
  returning operations.id, operations.marketplace_id
), nudged as (
  update operations set due_at = now(), stuck_at = null
  where id = any(array(select id from known where stage = 'accepted' and is_same)) and stage = 'accepted'
), inserted as (
  insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, plan_id, quantity,
    occurred_at, answer_due_at, due_at, actor_kind, actor_name, created_at, updated_at)
  select operation_id, marketplace_id, subscription_id, action, coalesce(source, 'Azure')::operation_source, 'received',
    status, plan_id, quantity, occurred_at, answer_due_at, now(), 'marketplace', 'Microsoft', received_at, received_at
  from named
  where not exists (select from own where own.marketplace_id = named.marketplace_id)
    and not exists (select from known where known.marketplace_id = named.marketplace_id)
    and not exists (select from reusing where reusing.key = named.key)
  order by key
  on conflict (marketplace_id) do nothing
  returning id, marketplace_id
), inserted_reusing as (
  insert into operations (id, reused_id, subscription_id, action, source, stage, status, plan_id, quantity,
    occurred_at, answer_due_at, due_at, actor_kind, actor_name, created_at, updated_at)
  select operation_id, marketplace_id, subscription_id, action, coalesce(source, 'Azure')::operation_source, 'received',
    status, plan_id, quantity, occurred_at, answer_due_at, now(), 'marketplace', 'Microsoft', received_at, received_at
  from reusing
  order by key
  on conflict (reused_id, subscription_id, action) where reused_id is not null do nothing
  returning id
), stored as (
  select inserted.id, named.key, true as is_first from inserted join named on named.operation_id = inserted.id
  union all select attached.id, named.key, true from attached join own on own.id = attached.id
    join named on named.marketplace_id = own.marketplace_id and named.action = own.action and named.subscription_id = own.subscription_id
  union all select id, key, false from known where is_same
  union all select inserted_reusing.id, reusing.key, true from inserted_reusing join reusing on reusing.operation_id = inserted_reusing.id
  union all select found.id, reusing.key, false from reusing cross join lateral (
    select id from operations where operations.reused_id = reusing.marketplace_id
      and operations.subscription_id = reusing.subscription_id and operations.action = reusing.action limit 1
  ) found
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
where incoming.subscription_id is null or stored.id is not null
order by incoming.delivery_id`;

/** The maximum of deliveries in one statement. */
const batchLimit = 256;
/** Statements in flight; equals the number of connections reserved for the webhook. */
export const intakeConnections = 2;

/** Statements for the same deliveries while others insert their operations. The second one finds them. */
const maxTries = 5;

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
        for (let tries = 0; tries < maxTries; tries += 1) {
          const { rowCount } = await options.pool.query({ name: "store-deliveries", text: storeDeliveries, values });
          if (rowCount === rows.length) return [];
          values[0] = JSON.stringify(await withoutStored(options.pool, rows));
          if (values[0] === "[]") return [];
        }
        throw new Error("webhook deliveries were not stored, because their operations kept changing");
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

type Row = { fields: Record<string, unknown>; body: Buffer };

/** The deliveries that are not on record. */
async function withoutStored(pool: pg.Pool, rows: Row[]): Promise<Record<string, unknown>[]> {
  const ids = rows.map(({ fields }) => fields["delivery_id"]);
  const found = await pool.query<{ id: string }>("select id from webhook_deliveries where id = any($1::uuid[])", [ids]);
  const stored = new Set(found.rows.map(({ id }) => id));
  return rows.map(({ fields }) => fields).filter((fields) => !stored.has(String(fields["delivery_id"])));
}

function rowOf({ body, headers, receivedAt }: Delivery): Row {
  const read = parseWebhookBody(body);
  const isAnswerDue =
    read.action !== null && isLifecycleAction(read.action) && lifecycle[read.action].acknowledge === "required";
  const deliveryId = newId(receivedAt);
  const operationId = newId(receivedAt);
  const action = read.action ?? (read.subscriptionId === null ? null : unnamedAction);
  const fields = {
    ordinal: 0,
    key: read.operationId === null ? operationId : `${read.operationId} ${read.subscriptionId} ${action}`,
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
    occurred_at: read.at,
    answer_due_at: isAnswerDue && read.source !== "Partner" ? new Date(receivedAt.getTime() + answerWindowMs) : null,
  };
  return { fields, body };
}
