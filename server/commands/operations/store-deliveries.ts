/** The statements that store webhook deliveries with their operations. */
import type pg from "pg";

/** Stands for an action that a body does not name: like an unknown one, it is proved by the subscription and shown to staff. */
export const unnamedAction = "Unnamed";

export type DeliveryRow = { fields: Record<string, unknown>; body: Buffer };

const incoming = `
  select * from jsonb_to_recordset($1::jsonb) as row(
    ordinal int, key text, delivery_id uuid, operation_id uuid, received_at timestamptz, body_from int, body_length int, body_sha256 text, headers jsonb,
    marketplace_id text, subscription_id text, action text, source text, status text, plan_id text, quantity int,
    occurred_at timestamptz, answer_due_at timestamptz)`;

const operationColumns = `subscription_id, action, source, stage, status, plan_id, quantity,
    occurred_at, answer_due_at, due_at, actor_kind, actor_name, created_at, updated_at`;
const operationValues = `subscription_id, action, coalesce(source, 'Azure')::operation_source, 'received', status, plan_id, quantity,
    occurred_at, answer_due_at, now(), 'marketplace', 'Microsoft', received_at, received_at`;

const deliveryColumns = `id, received_at, outcome, marketplace_id, subscription_id, action, operation_id, body, body_sha256, headers`;
const deliveryValues = (outcome: string) => `incoming.delivery_id, incoming.received_at, (${outcome})::delivery_outcome,
  incoming.marketplace_id, incoming.subscription_id, incoming.action, stored.id,
  substring($2::bytea from incoming.body_from for incoming.body_length), incoming.body_sha256, incoming.headers`;

/**
 * One statement for a batch of deliveries, so that a burst costs one commit. Deliveries are stored as accepted, duplicate or
 * unprocessable.
 * - A notification of our own change finds the request that has no id yet (its 202 may be outstanding); one with a
 * known id triggers the next poll.
 * - Any other operation is inserted unless known, so that repeated deliveries have one effect. Without Microsoft's id, each delivery
 * is a separate operation.
 * - Not stored: a delivery with the id of an operation that has another action or subscription, and one whose operation another
 * statement is inserting at this moment.
 * Rows are inserted in key order, so that instances cannot deadlock. Known operations are looked up one
 * by one (`lateral`, `any(array)`): a plain join is planned while the table is small, and later scans all of it.
 */
const storeUsual = `
with incoming as materialized (${incoming}
), named as (
  select distinct on (key) * from incoming
  where subscription_id is not null
  order by key, ordinal
), known as (
  select found.* from named cross join lateral (
    select id, marketplace_id, stage, subscription_id, action from operations where operations.marketplace_id = named.marketplace_id limit 1
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
  returning operations.id, operations.marketplace_id, operations.subscription_id, operations.action
), nudged as (
  update operations set due_at = now(), stuck_at = null
  where id = any(array(select id from known where stage = 'accepted')) and stage = 'accepted'
), inserted as (
  insert into operations (id, marketplace_id, ${operationColumns})
  select operation_id, marketplace_id, ${operationValues}
  from named
  where not exists (select from own where own.marketplace_id = named.marketplace_id)
    and not exists (select from known where known.marketplace_id = named.marketplace_id)
  order by key
  on conflict (marketplace_id) do nothing
  returning id, marketplace_id, subscription_id, action
), stored as (
  select id, coalesce(marketplace_id, id::text) as key, subscription_id, action, true as is_first from inserted
  union all select id, marketplace_id, subscription_id, action, true from attached
  union all select id, marketplace_id, subscription_id, action, false from known
)
insert into webhook_deliveries (${deliveryColumns})
select ${deliveryValues(`case when incoming.subscription_id is null then 'unprocessable'
    when stored.is_first and incoming.ordinal = named.ordinal then 'accepted' else 'duplicate' end`)}
from incoming
left join named on named.key = incoming.key
left join stored on stored.key = incoming.key
where incoming.subscription_id is null
  or stored.subscription_id = incoming.subscription_id and incoming.action in (stored.action, '${unnamedAction}')
order by incoming.delivery_id`;

/**
 * Deliveries with the id of an operation that has another action or subscription: each pair of them is a separate operation, with
 * that id as `reused_id`. Other deliveries are not stored, and neither are those of an operation that another statement is inserting.
 */
const storeReusingAnId = `
with incoming as materialized (${incoming}
), reusing as (
  select incoming.*, row_number() over (partition by marketplace_id, subscription_id, action order by ordinal) = 1 as is_first
  from incoming cross join lateral (
    select subscription_id as known_subscription_id, action as known_action from operations
    where operations.marketplace_id = incoming.marketplace_id limit 1
  ) known
  where subscription_id <> known_subscription_id or action not in (known_action, '${unnamedAction}')
), inserted as (
  insert into operations (id, reused_id, ${operationColumns})
  select operation_id, marketplace_id, ${operationValues}
  from reusing where is_first
  order by marketplace_id, subscription_id, action
  on conflict (reused_id, subscription_id, action) where reused_id is not null do nothing
  returning id, reused_id, subscription_id, action
), stored as (
  select *, true as is_new from inserted
  union all
  select found.*, false from reusing cross join lateral (
    select id, reused_id, subscription_id, action from operations where operations.reused_id = reusing.marketplace_id
      and operations.subscription_id = reusing.subscription_id and operations.action = reusing.action limit 1
  ) found
  where reusing.is_first
)
insert into webhook_deliveries (${deliveryColumns})
select ${deliveryValues("case when stored.is_new and incoming.is_first then 'accepted' else 'duplicate' end")}
from reusing incoming
join stored on stored.reused_id = incoming.marketplace_id and stored.subscription_id = incoming.subscription_id and stored.action = incoming.action
order by incoming.delivery_id`;

/** Attempts to store deliveries whose operations another statement is inserting. The second attempt usually finds them. */
const maxAttempts = 5;

/**
 * Resolves when all rows are stored.
 * @throws if not all of them could be stored; some are then
 */
export async function storeDeliveries(pool: pg.Pool, rows: DeliveryRow[]): Promise<void> {
  // All bodies in one value: PostgreSQL takes bytes as they are, while JSON would need an encoding.
  let from = 1;
  for (const [ordinal, { fields, body }] of rows.entries()) {
    Object.assign(fields, { ordinal, body_from: from, body_length: body.length });
    from += body.length;
  }
  const bodies = Buffer.concat(rows.map(({ body }) => body));
  let waiting = rows;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    for (const [name, text] of [
      ["store-deliveries", storeUsual],
      ["store-deliveries-reusing-an-id", storeReusingAnId],
    ] as const) {
      const values = [JSON.stringify(waiting.map(({ fields }) => fields)), bodies];
      const { rowCount } = await pool.query({ name, text, values });
      if (rowCount === waiting.length) return;
      waiting = await withoutStored(pool, waiting);
    }
  }
  throw new Error("webhook deliveries were not stored, because their operations kept changing");
}

/** The deliveries that are not stored yet. */
async function withoutStored(pool: pg.Pool, rows: DeliveryRow[]): Promise<DeliveryRow[]> {
  const ids = rows.map(({ fields }) => fields["delivery_id"]);
  const found = await pool.query<{ id: string }>("select id from webhook_deliveries where id = any($1::uuid[])", [ids]);
  const stored = new Set(found.rows.map(({ id }) => id));
  return rows.filter(({ fields }) => !stored.has(String(fields["delivery_id"])));
}
