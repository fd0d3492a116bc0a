/** The made-up rows as SQL. Everything follows from the number of a row, so that equal calls give equal customers. */

/** Written so that PostgreSQL puts them in line. `pick(n, salt, m)`: a number from 0 to m - 1 that looks like chance. `uuid_at`: a time-ordered id. */
export const functions = `
create or replace function pg_temp.pick(n bigint, salt text, m bigint) returns bigint language sql immutable as
  $$ select ('x' || substr(md5(salt || n::text), 1, 8))::bit(32)::bigint % m $$;
create or replace function pg_temp.one_of(n bigint, salt text, words text[]) returns text language sql immutable as
  $$ select words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;
create or replace function pg_temp.uuid_at(at timestamptz, seed text) returns uuid language sql stable as
  $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid $$;
create or replace function pg_temp.subscription_id(n bigint) returns text language sql immutable as
  $$ select md5('subscription' || n::text)::uuid::text $$`;

const catalogue = [
  ["insight", "team", "Team", true, "P1M"],
  ["insight", "business", "Business", true, "P1M"],
  ["insight", "business-annual", "Business, yearly", true, "P1Y"],
  ["insight", "team-trial", "Team with free trial", true, "P1M"],
  ["insight", "enterprise", "Enterprise", true, "P1Y"],
  ["vault", "basic", "Basic", false, "P1M"],
  ["vault", "plus", "Plus", false, "P1M"],
  ["vault", "plus-annual", "Plus, yearly", false, "P1Y"],
] as const;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const words = (values: readonly string[]) => `array[${values.map(text).join(", ")}]`;

export const planRows = `
insert into plans (offer_id, plan_id, name, is_price_per_seat, min_quantity, max_quantity, price, seen_at) values
${catalogue.map(([offer, plan, name, isSeat]) => `(${text(offer)}, ${text(plan)}, ${text(name)}, ${isSeat}, ${isSeat ? "1, 500" : "null, null"}, null, now())`).join(",\n")}
on conflict do nothing`;

const plansOfChoice = `(values ${catalogue.map(([offer, plan, , isSeat, unit], index) => `(${index}, ${text(offer)}, ${text(plan)}, ${isSeat}, ${text(unit)})`).join(", ")}) plan(ordinal, offer_id, plan_id, is_seat, unit)`;

const firstWords = words(
  "Alder,Amber,Arctic,Aspen,Atlas,Aurora,Beacon,Birch,Blue,Boulder,Bright,Cedar,Clear,Cobalt,Copper,Coral,Crescent,Delta,Eagle,Echo,Ember,Evergreen,Falcon,First,Golden,Granite,Harbor,Hazel,Highland,Iron,Ivory,Juniper,Lakeside,Lumen,Maple,Meridian,Northern,Onyx,Pacific,Pine,Prairie,Quartz,River,Sage,Silver,Solstice,Summit,Tidal,Union,Vertex,Willow,Zenith".split(
    ",",
  ),
);
const secondWords = words(
  "Analytics,Bank,Biotech,Builders,Capital,Clinics,College,Energy,Engineering,Farms,Foods,Freight,Games,Health,Hotels,Insurance,Labs,Legal,Logistics,Marine,Media,Mining,Motors,Partners,Pharma,Press,Retail,Robotics,Schools,Software,Studios,Systems,Telecom,Textiles,Travel,Water".split(
    ",",
  ),
);
const givenNames = words(
  "Ada,Aisha,Ben,Camille,Chen,Dmitri,Elena,Fatima,Grace,Hassan,Ingrid,Iris,Jonas,Julia,Kenji,Luis,Marco,Nadia,Noa,Owen,Pieter,Priya,Ruth,Sanne,Sofia,Tomasz".split(
    ",",
  ),
);
const familyNames = words(
  "Amrani,Bello,Berger,Bianchi,Claes,Ferguson,Graf,Laurent,Levi,Lindgren,Mbeki,Mori,Nakamura,Novak,Ortega,Price,Rahman,Raman,Rossi,Silva,Solberg,Sousa,Volkov,de Vries,Wei,Zielinski".split(
    ",",
  ),
);

/** `offset 0` keeps PostgreSQL from working out each value once for each of its uses. $1: how many there are; $2: how many to add. Three subscriptions to a company; some hold, trial, reseller, ended, pending. */
export const subscriptionRows = `
insert into subscriptions (id, name, publisher_id, offer_id, plan_id, quantity, status, beneficiary_email, beneficiary_object_id,
  beneficiary_tenant_id, purchaser_email, purchaser_object_id, purchaser_tenant_id, term_unit, term_starts_at, term_ends_at,
  auto_renews, is_free_trial, allowed_customer_operations, purchased_at, hold_reason, hold_by, hold_at, contact_name,
  contact_email, contact_company, contact_phone, first_seen_by, status_since, synced_at, created_at, updated_at, raw)
select pg_temp.subscription_id(n), company || ' ' || initcap(plan.offer_id), 'contoso', plan.offer_id, plan.plan_id,
  case when plan.is_seat then 1 + pg_temp.pick(n, 'seats', 120) end, status::subscription_status,
  email, object_id, tenant_id,
  case when is_resold then 'orders@reseller.example' else email end,
  case when is_resold then md5('reseller')::uuid::text else object_id end,
  case when is_resold then md5('reseller tenant')::uuid::text else tenant_id end,
  plan.unit, term_start, term_start + case plan.unit when 'P1Y' then interval '1 year' else interval '1 month' end,
  status = 'Subscribed' and pg_temp.pick(n, 'renews', 10) > 0, plan.plan_id = 'team-trial',
  case when is_resold then '{Read}' else '{Delete,Update,Read}' end::text[], bought_at,
  case when is_held then 'Invoice is overdue' end, case when is_held then 'Grace Mbeki' end, case when is_held then changed_at end,
  case when has_contact then person end, case when has_contact then email end, case when has_contact then company end,
  case when has_contact then '+1 555 ' || lpad(pg_temp.pick(n, 'phone', 10000000)::text, 7, '0') end,
  'reconcile', changed_at, now(), bought_at, changed_at,
  jsonb_build_object('id', pg_temp.subscription_id(n), 'name', company, 'publisherId', 'contoso', 'offerId', plan.offer_id,
    'planId', plan.plan_id, 'saasSubscriptionStatus', status, 'beneficiary', jsonb_build_object('emailId', email, 'objectId', object_id, 'tenantId', tenant_id),
    'purchaser', jsonb_build_object('emailId', email, 'objectId', object_id, 'tenantId', tenant_id), 'sessionMode', 'None', 'sandboxType', 'None',
    'allowedCustomerOperations', '["Delete","Update","Read"]'::jsonb, 'term', jsonb_build_object('termUnit', plan.unit, 'startDate', term_start))
from (
  select n, company, person, tenant_id, md5('person' || n)::uuid::text as object_id,
    lower(replace(person, ' ', '.')) || '@' || lower(replace(company, ' ', '-')) || '.example' as email,
    case when luck < 3 then 'PendingFulfillmentStart' when luck < 82 then 'Subscribed' when luck < 88 then 'Suspended' else 'Unsubscribed' end as status,
    luck between 3 and 81 and pg_temp.pick(n, 'held', 100) = 0 as is_held,
    luck >= 3 and pg_temp.pick(n, 'contact', 10) < 7 as has_contact,
    pg_temp.pick(n, 'resold', 12) = 0 as is_resold,
    bought_at, bought_at + (now() - bought_at) * (pg_temp.pick(n, 'changed', 10000) / 10000.0) as changed_at,
    date_trunc('day', now()) - make_interval(days => pg_temp.pick(n, 'term', 28)::int) as term_start
  from (
    select n, pg_temp.one_of(buyer, 'first', ${firstWords}) || ' ' || pg_temp.one_of(buyer, 'second', ${secondWords}) || ' ' || buyer as company,
      pg_temp.one_of(n, 'given', ${givenNames}) || ' ' || pg_temp.one_of(n, 'family', ${familyNames}) as person,
      md5('tenant' || buyer)::uuid::text as tenant_id, pg_temp.pick(n, 'luck', 100) as luck,
      date_trunc('milliseconds', now()) - make_interval(secs => pg_temp.pick(n, 'bought', 77760000)) as bought_at
    from (select n, 1 + n / 3 as buyer from generate_series($1::int + 1, $1::int + $2::int) n offset 0) numbered
    offset 0
  ) drawn
  offset 0
) made
join ${plansOfChoice} on plan.ordinal = pg_temp.pick(n, 'plan', ${catalogue.length})`;

/** The subscription of row n: one of those that were added ($1: how many were there before, $2: how many were added). */
const someSubscription = (salt: string) => `pg_temp.subscription_id($1::int + 1 + pg_temp.pick(n, '${salt}', $2::int))`;
/** Row n of `count` is so old: the last one is of now, the first one of two years ago. */
const timeOf = (count: string) =>
  `date_trunc('milliseconds', now() - interval '700 days' * (1 - n::float8 / ${count}))`;

/** $3: how many. One in 500 is open and waits for a person, so that no job takes it up. */
export const operationRows = `
insert into operations (id, marketplace_id, subscription_id, action, source, stage, status, outcome, plan_id, quantity, decision,
  decision_reason, answer_due_at, acknowledged_at, actor_kind, actor_name, attempts, last_error, stuck_at, claimed_at, created_at, updated_at, settled_at)
select pg_temp.uuid_at(at, 'operation' || n || now()), md5('operation' || n || now())::uuid::text, ${someSubscription("operation")}, action, 'Azure',
  case when is_open then 'verified' else 'settled' end::operation_stage, case when is_open then 'InProgress' else 'Succeeded' end,
  case when is_open then null else 'succeeded' end::operation_outcome, 'team', case when action = 'ChangeQuantity' then 1 + pg_temp.pick(n, 'seats', 100) end,
  case when action like 'Change%' then 'accept' end, case when action like 'Change%' then 'No change rule is set: every change is accepted.' end,
  case when action like 'Change%' then at + interval '10 seconds' end, case when action like 'Change%' and not is_open then at + interval '300 milliseconds' end,
  'marketplace', 'Microsoft', case when is_open then 480 else 1 end, case when is_open then 'Microsoft did not answer.' end, case when is_open then at + interval '8 hours' end,
  at, at, at + interval '1 second', case when is_open then null else at + interval '1 second' end
from (
  select n, ${timeOf("$3::int")} as at, n % 500 = 0 as is_open,
    pg_temp.one_of(n, 'action', ${words(["ChangeQuantity", "ChangeQuantity", "ChangePlan", "Renew", "Renew", "Renew", "Suspend", "Reinstate", "Unsubscribe"])}) as action
  from generate_series(1, $3::int) n
) made order by at`;

/** One for each operation of the same transaction. */
export const deliveryRows = `
insert into webhook_deliveries (id, received_at, outcome, marketplace_id, subscription_id, action, operation_id, body, body_sha256, headers)
select id, created_at, 'accepted', marketplace_id, subscription_id, action, id, convert_to(body, 'UTF8'), encode(sha256(convert_to(body, 'UTF8')), 'hex'),
  '{"content-type": "application/json; charset=utf-8"}'
from (
  select *, json_build_object('id', marketplace_id, 'activityId', marketplace_id, 'subscriptionId', subscription_id, 'publisherId', 'contoso', 'offerId', 'insight',
    'planId', plan_id, 'quantity', quantity, 'timeStamp', created_at, 'action', action, 'status', 'InProgress', 'operationRequestSource', 'Azure')::text as body
  from operations where xmin = pg_current_xact_id()::xid
) made order by created_at`;

/** $3: how many. Every twentieth is of one subscription: the busiest. */
export const activityRows = `
insert into activity (id, at, subscription_id, actor_kind, actor_id, actor_name, kind, summary, before, after, reason)
select pg_temp.uuid_at(at, 'activity' || n || now()), at,
  case when n % 20 = 0 then pg_temp.subscription_id($1::int + 1) else ${someSubscription("activity")} end,
  case when is_staff then 'staff' else 'marketplace' end::actor_kind, case when is_staff then 'tenant:' || pg_temp.pick(n, 'who', 40) end,
  case when is_staff then pg_temp.one_of(n, 'given', ${givenNames}) || ' ' || pg_temp.one_of(n, 'family', ${familyNames}) else 'Microsoft' end,
  'subscription.quantity', 'Seats changed from ' || seats || ' to ' || seats + 1, jsonb_build_object('quantity', seats), jsonb_build_object('quantity', seats + 1),
  case when is_staff then 'The customer asked for it by mail' end
from (
  select n, ${timeOf("$3::int")} as at, pg_temp.pick(n, 'actor', 5) = 0 as is_staff, 1 + pg_temp.pick(n, 'seats', 100) as seats
  from generate_series(1, $3::int) n
) made order by n`;
