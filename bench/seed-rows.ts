/** The generated rows as SQL. Each value follows from the row's number, so that equal calls give equal customers. */

/**
 * Written so that PostgreSQL can inline them. `pick(n, salt, m)`: a pseudorandom number from 0 to m - 1. `uuid_at`: a
 * time-ordered id.
 */
export const functions = `
create or replace function pg_temp.pick(n bigint, salt text, m bigint) returns bigint language sql immutable parallel safe as
  $$ select (hashint8extended(n, hashtext(salt)) & 2147483647) % m $$;
create or replace function pg_temp.one_of(n bigint, salt text, words text[]) returns text language sql immutable parallel safe as
  $$ select words[1 + pg_temp.pick(n, salt, cardinality(words))] $$;
create or replace function pg_temp.uuid_at(at timestamptz, seed text) returns uuid language sql stable parallel safe as
  $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3) || '8' || substr(md5(seed), 4, 15))::uuid $$;
create or replace function pg_temp.subscription_id(n bigint) returns text language sql immutable parallel safe as
  $$ select md5('subscription' || n::text)::uuid::text $$`;

const catalog = [
  ["insight", "team", "Team", true, "P1M", 12],
  ["insight", "business", "Business", true, "P1M", 25],
  ["insight", "business-annual", "Business, yearly", true, "P1Y", 250],
  ["insight", "team-trial", "Team with free trial", true, "P1M", 12],
  ["insight", "enterprise", "Enterprise", true, "P1Y", 480],
  ["vault", "basic", "Basic", false, "P1M", 49],
  ["vault", "plus", "Plus", false, "P1M", 199],
  ["vault", "plus-annual", "Plus, yearly", false, "P1Y", 1_990],
] as const;

export const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
export const words = (values: readonly string[]) => `array[${values.map(text).join(", ")}]`;

export const planRows = `
insert into plans (offer_id, plan_id, name, is_price_per_seat, min_quantity, max_quantity, price, seen_at) values
${catalog.map(([offer, plan, name, isSeat]) => `(${text(offer)}, ${text(plan)}, ${text(name)}, ${isSeat}, ${isSeat ? "1, 500" : "null, null"}, null, now())`).join(",\n")}
on conflict do nothing`;

const plansOfChoice = `(values ${catalog.map(([offer, plan, , isSeat, unit], index) => `(${index}, ${text(offer)}, ${text(plan)}, ${isSeat}, ${text(unit)})`).join(", ")}) plan(ordinal, offer_id, plan_id, is_seat, unit)`;

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
export const givenNames = words(
  "Ada,Aisha,Ben,Camille,Chen,Dmitri,Elena,Fatima,Grace,Hassan,Ingrid,Iris,Jonas,Julia,Kenji,Luis,Marco,Nadia,Noa,Owen,Pieter,Priya,Ruth,Sanne,Sofia,Tomasz".split(
    ",",
  ),
);
export const familyNames = words(
  "Amrani,Bello,Berger,Bianchi,Claes,Ferguson,Graf,Laurent,Levi,Lindgren,Mbeki,Mori,Nakamura,Novak,Ortega,Price,Rahman,Raman,Rossi,Silva,Solberg,Sousa,Volkov,de Vries,Wei,Zielinski".split(
    ",",
  ),
);

const tagNames = words(["vip", "pilot", "at risk", "migration", "partner", "education"]);

/** `offset 0` keeps PostgreSQL from computing a value again for each of its uses. $1: how many there are; $2: how many to add. Three subscriptions to a company; some hold, trial, reseller, ended, pending. */
export const subscriptionRows = `
insert into subscriptions (id, name, publisher_id, offer_id, plan_id, quantity, status, beneficiary_email, beneficiary_object_id,
  beneficiary_tenant_id, purchaser_email, purchaser_object_id, purchaser_tenant_id, term_unit, term_starts_at, term_ends_at,
  auto_renews, is_free_trial, allowed_customer_operations, purchased_at, hold_reason, hold_by, hold_at, contact_name,
  contact_email, contact_company, contact_phone, first_seen_by, activated_at, tags, owner_id, owner_name, follow_up_on, status_since, synced_at,
  created_at, updated_at, raw)
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
  'landing', case when luck >= 3 then least(changed_at, bought_at + make_interval(secs => pg_temp.pick(n, 'set up', 7200))) end,
  case when pg_temp.pick(n, 'tagged', 20) = 0 then array[pg_temp.one_of(n, 'tag', ${tagNames})] else '{}' end,
  case when is_owned then 'tenant:' || who end, case when is_owned then 'Staff ' || who end,
  case when pg_temp.pick(n, 'follow up', 500) = 0 then current_date + pg_temp.pick(n, 'when', 30)::int end, changed_at, now(), bought_at, changed_at,
  jsonb_build_object('id', pg_temp.subscription_id(n), 'name', company, 'publisherId', 'contoso', 'offerId', plan.offer_id,
    'planId', plan.plan_id, 'saasSubscriptionStatus', status, 'beneficiary', jsonb_build_object('emailId', email, 'objectId', object_id, 'tenantId', tenant_id),
    'purchaser', jsonb_build_object('emailId', email, 'objectId', object_id, 'tenantId', tenant_id), 'sessionMode', 'None', 'sandboxType', 'None',
    'allowedCustomerOperations', '["Delete","Update","Read"]'::jsonb, 'term', jsonb_build_object('termUnit', plan.unit, 'startDate', term_start))
from (
  select n, company, person, tenant_id, luck, pg_temp.pick(n, 'owned', 10) = 0 as is_owned, pg_temp.pick(n, 'owner', 40) as who, md5('person' || n)::uuid::text as object_id,
    lower(replace(person, ' ', '.')) || '@' || lower(replace(company, ' ', '-')) || '.example' as email,
    case when luck < 3 then 'PendingFulfillmentStart' when luck < 82 then 'Subscribed' when luck < 88 then 'Suspended' else 'Unsubscribed' end as status,
    luck between 3 and 81 and pg_temp.pick(n, 'held', 100) = 0 as is_held,
    luck >= 3 and pg_temp.pick(n, 'contact', 10) < 7 as has_contact,
    pg_temp.pick(n, 'resold', 12) = 0 as is_resold,
    bought_at, case when luck between 82 and 87 then greatest(bought_at, now() - make_interval(secs => pg_temp.pick(n, 'unpaid', 2592000)))
      else bought_at + (now() - bought_at) * (pg_temp.pick(n, 'changed', 10000) / 10000.0) end as changed_at,
    date_trunc('day', now()) - make_interval(days => pg_temp.pick(n, 'term', 28)::int) as term_start
  from (
    select n, pg_temp.one_of(buyer, 'first', ${firstWords}) || ' ' || pg_temp.one_of(buyer, 'second', ${secondWords}) || ' ' || buyer as company,
      pg_temp.one_of(n, 'given', ${givenNames}) || ' ' || pg_temp.one_of(n, 'family', ${familyNames}) as person,
      md5('tenant' || buyer)::uuid::text as tenant_id, pg_temp.pick(n, 'luck', 100) as luck,
      date_trunc('milliseconds', now()) - make_interval(secs => pg_temp.pick(n, 'bought', case when pg_temp.pick(n, 'luck', 100) < 3 then 2592000 else 77760000 end)) as bought_at
    from (select n, 1 + n / 3 as buyer from generate_series($1::int + 1, $1::int + $2::int) n offset 0) numbered
    offset 0
  ) drawn
  offset 0
) made
join ${plansOfChoice} on plan.ordinal = pg_temp.pick(n, 'plan', ${catalog.length})`;

/** Rows that belong to each subscription in the same transaction: its price, when Microsoft last listed it, and some confirmations of the product. */
export const besideSubscriptions = [
  {
    table: "subscription_prices",
    text: `
insert into subscription_prices (subscription_id, plan_id, term_unit, price, amount, currency, is_per_seat, source_offers, seen_at)
select id, s.plan_id, term_unit, amount || ' ' || currency, amount, currency, is_seat,
  case when abs(hashtext(id)) % 50 = 0 then array['private-offer'] else '{}' end, now()
from subscriptions s
join (values ${catalog.map(([offer, plan, , isSeat, , amount]) => `(${text(offer)}, ${text(plan)}, ${isSeat}, ${amount}::numeric)`).join(", ")})
  priced(offer_id, plan_id, is_seat, amount) using (offer_id, plan_id),
  lateral (select (array['USD', 'USD', 'USD', 'EUR', 'GBP'])[1 + abs(hashtext(id || 'market')) % 5] as currency offset 0) market
where s.xmin = pg_current_xact_id()::xid`,
  },
  {
    table: "subscription_listings",
    text: `insert into subscription_listings (subscription_id, listed_at) select id, now() from subscriptions where xmin = pg_current_xact_id()::xid`,
  },
  {
    table: "tags",
    text: `insert into tags select distinct unnest(tags), now() from subscriptions where xmin = pg_current_xact_id()::xid on conflict do nothing`,
  },
  {
    table: "confirmations",
    text: `
insert into confirmations (subscription_id, plan_id, quantity, access, key_id, key_name, confirmed_at, changed_at, differs_since)
select id, case when is_behind then 'starter' else plan_id end, quantity,
  case when status = 'Unsubscribed' then 'ended' when status = 'Suspended' or hold_at is not null then 'suspended' else 'full' end::confirmed_access,
  md5('key')::uuid, 'Provisioning', now(), updated_at, case when is_behind then updated_at end
from (
  select *, hashtext(id) % 2000 = 0 and status not in ('Unsubscribed', 'PendingFulfillmentStart') as is_behind from subscriptions
  where xmin = pg_current_xact_id()::xid and hashtext(id) % 4 = 0 and status <> 'PendingFulfillmentStart'
) chosen`,
  },
  {
    table: "differences",
    text: `
insert into differences (id, at, subscription_id, kind, held, truth, cause, done)
select pg_temp.uuid_at(at, id), at, id, 'drift', '{"quantity": 3}', '{"quantity": 4}', 'A webhook did not come.', 'repaired'
from (
  select id, now() - make_interval(mins => abs(hashtext(id)) % 120000) as at from subscriptions
  where xmin = pg_current_xact_id()::xid and hashtext(id) % 500 = 7
) chosen`,
  },
];
