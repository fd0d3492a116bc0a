/** The history of the generated customers as SQL: operations with their deliveries and calls, and the audit trail. */
import { eventKinds } from "../shared/product.ts";
import { familyNames, givenNames, text, words } from "./seed-rows.ts";

/**
 * The parameters of all statements. $1: how many subscriptions there were before; $2: how many were added; $3: how many operations;
 * $4: how many audit entries; $5: a text that makes the ids of each run different.
 */
export type HistoryValues = [first: number, subscriptions: number, operations: number, activity: number, run: string];

/** A column for each value, so that all statements can use all of them. */
const given = `(select $1::bigint as first, $2::bigint as subscriptions, $3::bigint as operations, $4::bigint as entries, $5::text as run) given`;

/** One of the added subscriptions. One row in twenty belongs to the same subscription: the busiest. */
const subscriptionOf = (salt: string, place: number) =>
  `case when n % 20 = ${place} then pg_temp.subscription_id(first + 1) else pg_temp.subscription_id(first + 1 + pg_temp.pick(n, '${salt}', subscriptions)) end`;

/** The age of row n of `count`: the last row is from now, the first one is two years old. */
const timeOf = (count: string) =>
  `date_trunc('milliseconds', now() - interval '700 days' * (1 - n::float8 / ${count}))`;
const person = `pg_temp.one_of(who, 'given', ${givenNames}) || ' ' || pg_temp.one_of(who, 'family', ${familyNames})`;

/** Of operation n, so that its audit entry finds the same. */
const operationFacts = `select n, ${timeOf("operations")} as at, ${subscriptionOf("operation", 0)} as subscription_id, run,
    n % 500 = 0 as is_open, pg_temp.pick(n, 'ours', 7) = 0 as is_ours, pg_temp.pick(n, 'who', 40) as who, 1 + pg_temp.pick(n, 'seats', 100) as seats,
    case when pg_temp.pick(n, 'ours', 7) = 0 then pg_temp.one_of(n, 'action', ${words(["ChangeQuantity", "ChangePlan", "Unsubscribe"])})
      else pg_temp.one_of(n, 'action', ${words(["ChangeQuantity", "ChangeQuantity", "ChangePlan", "Renew", "Renew", "Renew", "Suspend", "Reinstate", "Unsubscribe"])}) end as action,
    pg_temp.pick(n, 'ending', 1000) as ending`;
const operationId = "pg_temp.uuid_at(at, 'operation' || n || run)";

/** One in 500 is open and waits for staff, so that no job claims it. */
const operationRows = `
insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, outcome, plan_id, quantity, decision,
  decision_reason, held_plan_id, held_quantity, answer_due_at, acknowledged_at, actor_kind, actor_id, actor_name, reason, sent_at, attempts, last_error,
  stuck_at, claimed_at, created_at, updated_at, settled_at)
select ${operationId}, md5('operation' || n || run)::uuid::text, subscription_id, action,
  case when is_ours then 'Partner' else 'Azure' end::operation_source,
  case when is_open then 'verified' else 'settled' end::operation_stage, case when is_open then 'InProgress' when is_bad then 'Failed' else 'Succeeded' end,
  case when is_open then null when not is_bad then 'succeeded' when ending < 2 then 'failed' when ending < 4 then 'rejected' else 'quarantined' end::operation_outcome,
  'team', case when action = 'ChangeQuantity' then seats end,
  case when is_asked then 'accept' end, case when is_asked then 'No change rule is set: every change is accepted.' end,
  case when is_asked then 'team' end, case when is_asked then seats + 1 end,
  case when is_asked then at + interval '10 seconds' end, case when is_asked and not is_open then at + interval '300 milliseconds' end,
  case when is_ours then 'staff' else 'marketplace' end::actor_kind, case when is_ours then 'tenant:' || who end,
  case when is_ours then ${person} else 'Microsoft' end, case when is_ours then 'Customer request by email' end, case when is_ours then at end,
  case when is_open then 480 else 1 end, case when is_open then 'Microsoft did not answer.' when is_bad then 'Microsoft does not know it.' end,
  case when is_open then at + interval '8 hours' end, at, at, at + interval '1 second', case when is_open then null else at + interval '1 second' end
from (
  select *, ending < 5 as is_bad, not is_ours and action like 'Change%' as is_asked
  from (${operationFacts} from generate_series(1, $3::bigint) n, ${given} offset 0) drawn offset 0
) made order by n`;

/** One for each operation from Microsoft in the same transaction, and a duplicate for one in a hundred. */
const deliveryRows = `
insert into webhook_deliveries (id, received_at, outcome, marketplace_id, subscription_id, action, operation_id, body, body_sha256, headers)
select case when is_again then pg_temp.uuid_at(created_at + interval '3 seconds', id::text) else id end, created_at + case when is_again then interval '3 seconds' else '0' end,
  case when is_again then 'duplicate' else 'accepted' end::delivery_outcome, marketplace_id, subscription_id, action, id, body, encode(sha256(body), 'hex'),
  '{"content-type": "application/json; charset=utf-8"}'
from (
  select *, convert_to(json_build_object('id', marketplace_id, 'activityId', marketplace_id, 'subscriptionId', subscription_id, 'publisherId', 'contoso', 'offerId', 'insight',
    'planId', plan_id, 'quantity', quantity, 'timeStamp', created_at, 'action', action, 'status', 'InProgress', 'operationRequestSource', 'Azure')::text, 'UTF8') as body
  from operations where xmin = pg_current_xact_id()::xid and source = 'Azure'
  offset 0
) made, (values (false), (true)) copy(is_again)
where not is_again or hashtext(marketplace_id) % 100 = 0
order by created_at`;

const call = (method: string, path: string, salt: string) =>
  `json_build_object('method', '${method}', 'path', ${path}, 'status', 200, 'requestId', md5('${salt}' || id)::uuid, 'correlationId', md5('correlation' || id)::uuid,
     'attempt', 1, 'at', to_json(created_at), 'durationMs', 52)`;
const callPath = `'/saas/subscriptions/' || subscription_id || '/operations/' || marketplace_id || '?api-version=2018-08-31'`;

/** One for each settled operation in the same transaction. */
const stepRows = `
insert into operation_steps (id, operation_id, started_at, ended_at, step, stage, calls)
select pg_temp.uuid_at(created_at, 'step' || id), id, created_at, settled_at, 'settle', 'settled',
  jsonb_build_array(${call("GET", callPath, "read")}, ${call("PATCH", callPath, "answer")},
    ${call("GET", "'/saas/subscriptions/' || subscription_id || '?api-version=2018-08-31'", "truth")})
from operations where xmin = pg_current_xact_id()::xid and settled_at is not null
order by created_at`;

const others = [
  ["subscription.renewed", "Term renewed"],
  ["subscription.renewed", "Term renewed"],
  ["subscription.quantity_changed", "Seats changed from 4 to 5"],
  ["subscription.plan_changed", "Plan changed from team to business"],
  ["subscription.details_changed", "Details changed: beneficiary''s e-mail"],
  ["subscription.renewal_changed", "Auto-renewal turned on"],
];
const byStaff = [
  ["operation.requested", "Change of seats requested"],
  ["subscription.owner_changed", "Owner: Grace Mbeki"],
  ["subscription.tags_changed", "Tagged pilot"],
  ["subscription.note_added", "Note added"],
  ["subscription.follow_up_changed", "To be looked at again on 2026-12-01"],
  ["subscription.held", "Suspended by staff"],
  ["subscription.hold_lifted", "Reinstated by staff"],
];
const column = (entries: string[][], index: number) =>
  `array[${entries.map((entry) => `'${entry[index]}'`).join(", ")}]`;
const kindsOfActions = `(values ('ChangeQuantity', 'subscription.quantity_changed', 'Seats changed'), ('ChangePlan', 'subscription.plan_changed', 'Plan changed from business to team'),
  ('Renew', 'subscription.renewed', 'Term renewed'), ('Suspend', 'subscription.suspended', 'Suspended by Microsoft: a payment failed'),
  ('Reinstate', 'subscription.reinstated', 'Reinstated by Microsoft: the payment was fixed'), ('Unsubscribe', 'subscription.unsubscribed', 'Unsubscribed: the subscription ended'))
  of_action(action, kind, summary)`;

/**
 * What each settled operation did, mixed with entries without an operation, a fifth by staff; one in 5,000 is a problem on the
 * landing page. In the order of time.
 */
const activityRows = `
insert into activity (id, at, subscription_id, operation_id, actor_kind, actor_id, actor_name, kind, summary, before, after, reason, source)
select * from (
  select pg_temp.uuid_at(at, 'activity of ' || n || run) as id, at, subscription_id, ${operationId} as operation_id, case when is_ours then 'staff' else 'marketplace' end::actor_kind,
    case when is_ours then 'tenant:' || who end, case when is_ours then ${person} else 'Microsoft' end, kind, summary,
    jsonb_build_object('quantity', seats), jsonb_build_object('quantity', seats + 1), case when is_ours then 'Customer request by email' end,
    case when is_ours then 'desk' else 'webhook' end::activity_source
  from (${operationFacts} from generate_series(1, $3::bigint) n, ${given} offset 0) made join ${kindsOfActions} using (action) where not is_open
  union all
  select pg_temp.uuid_at(at, 'activity' || n || run), at, case when not is_trouble then subscription_id end, null,
    case when is_trouble then 'purchaser' when is_staff then 'staff' else 'marketplace' end::actor_kind, case when is_staff then 'tenant:' || who end,
    case when is_trouble then 'A visitor' when is_staff then ${person} else 'Microsoft' end,
    case when is_trouble then 'landing.refused' when is_staff then (${column(byStaff, 0)})[1 + nth % ${byStaff.length}] else (${column(others, 0)})[1 + nth % ${others.length}] end,
    case when is_trouble then 'The purchase link does not work. The purchaser was shown the support code ' || code || '.'
      when is_staff then (${column(byStaff, 1)})[1 + nth % ${byStaff.length}] else (${column(others, 1)})[1 + nth % ${others.length}] end,
    case when not is_trouble then jsonb_build_object('quantity', nth % 100 + 1) end,
    case when is_trouble then jsonb_build_object('supportCode', code) else jsonb_build_object('quantity', nth % 100 + 2) end,
    case when is_staff then 'Customer request by email' end, case when is_trouble then 'landing' when is_staff then 'desk' else 'job' end::activity_source
  from (
    select n, ${timeOf("greatest(entries - operations, 1)")} as at, ${subscriptionOf("activity", 1)} as subscription_id, n % 5000 = 7 as is_trouble,
      n % 5000 <> 7 and pg_temp.pick(n, 'staff', 5) = 0 as is_staff, pg_temp.pick(n, 'who', 40) as who, pg_temp.pick(n, 'nth', 100000) as nth, run,
      upper(translate(lpad(to_hex(pg_temp.pick(n, 'code', 4294967296)), 8, '2'), '01ace', '23jkm')) as code
    from generate_series(1, greatest($4::bigint - $3::bigint, 0)) n, ${given} offset 0
  ) made
) entries order by at`;

const noteRows = `
insert into subscription_notes (id, subscription_id, text, actor_kind, actor_id, actor_name, at)
select id, subscription_id, 'Called, and will call back about invoice ' || abs(hashtext(id::text)) % 100000, actor_kind, actor_id, actor_name, at
from activity where xmin = pg_current_xact_id()::xid and kind = 'subscription.note_added'`;

/** As if the publisher's product had read all events. */
const eventRows = `
insert into events (id, position)
select id, (select coalesce(max(position), 0) from events) + row_number() over (order by id)
from activity where xmin = pg_current_xact_id()::xid and subscription_id is not null and kind = any(array[${eventKinds.map(text).join(", ")}])`;

/** In the order of their foreign keys. */
export const historySteps = [
  { table: "operations", text: operationRows },
  { table: "webhook_deliveries", text: deliveryRows },
  { table: "operation_steps", text: stepRows },
  { table: "activity", text: activityRows },
  { table: "subscription_notes", text: noteRows },
  { table: "events", text: eventRows },
];

/**
 * The hash chain in one statement: what the trigger would have written entry by entry, with version 1 of its function.
 * The triggers must be off.
 */
export const chainSteps = [
  {
    table: "activity_streams",
    text: `
insert into activity_streams (name, count, hash)
select name, 0, '' from (select distinct activity_stream(a) as name from activity a where xmin = pg_current_xact_id()::xid) named
where not exists (select from activity_streams s where s.name = named.name) order by name`,
  },
  {
    table: "activity_chain",
    text: `
insert into activity_chain (stream_id, seq, activity_id, hash, version)
select stream_id, seq, (entry).id, pg_temp.chained(entry, seq, former) over (partition by stream_id order by seq rows unbounded preceding), 1
from (
  select s.id as stream_id, s.hash as former, s.count + row_number() over (partition by s.id order by a.id) as seq, a as entry
  from activity a join activity_streams s on s.name = activity_stream(a) where a.xmin = pg_current_xact_id()::xid
) numbered`,
  },
  {
    table: "activity_streams",
    text: `
update activity_streams s set count = last.seq, hash = last.hash
from (select distinct on (stream_id) stream_id, seq, hash from activity_chain where xmin = pg_current_xact_id()::xid order by stream_id, seq desc) last
where s.id = last.stream_id`,
  },
];

export const chainFunctions = `
create or replace function pg_temp.link(hash bytea, entry activity, seq bigint, former bytea) returns bytea language sql stable as
  $$ select activity_hash(entry, seq, coalesce(hash, former)) $$;
create or replace aggregate pg_temp.chained(activity, bigint, bytea) (sfunc = pg_temp.link, stype = bytea)`;
