/** Derives the listings of customers from their subscriptions. */
import { sql } from "drizzle-orm";
import { publicMailDomains } from "../../domain/search-input.ts";
import { announce } from "../record/record.ts";
import type { Database, Executor } from "../connection/database.ts";
import { lockKey } from "../statements/advisory-locks.ts";
import { customerKeyIn } from "../statements/customer-key.ts";
import { customerChanges, customers } from "../schema/customers.ts";

/** Changes per transaction, and transactions per run. */
const batchSize = 1_000;
const maxBatches = 20;
/** The newest subscriptions of a customer whose names and addresses are searched. */
const maxSearched = 500;
const maxDomains = 20;
const maxSearchText = 8_000;

const key = customerKeyIn("s");
/** A reseller's addresses are not the customer's. */
const ownAddresses = sql`array[s.beneficiary_email, s.contact_email,
  case when s.purchaser_tenant_id is not distinct from s.beneficiary_tenant_id then s.purchaser_email end]`;

/** Derives customers whose subscriptions have changed, and announces them once. */
export async function deriveChangedCustomers(db: Database, now: () => Date): Promise<void> {
  let hasDerived = false;
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const taken = await db.transaction(async (tx) => {
      const locked = await tx.execute<{ is_locked: boolean }>(
        sql`select pg_try_advisory_xact_lock(${lockKey("customerListings")}) as is_locked`,
      );
      if (!locked.rows[0]?.is_locked) return 0;
      const changed = await tx.execute<{ id: string }>(sql`
        delete from ${customerChanges} where ctid = any(array(select ctid from ${customerChanges} limit ${batchSize}))
        returning customer_id as id`);
      if (changed.rows.length > 0) await derive(tx, [...new Set(changed.rows.map(({ id }) => id))], now());
      return changed.rows.length;
    });
    hasDerived ||= taken > 0;
    if (taken < batchSize) break;
  }
  if (hasDerived) await announce(db, [{ topic: "customer", subscriptionId: null }]);
}

/**
 * Has customers derived again that earlier versions stored wrong, also while they serve during an upgrade: persons who are called by
 * the domain of their address, and merged customers whose last subscription has moved. Safe to repeat; a person whose company is
 * called like the domain keeps that name.
 */
export async function repairListings(db: Executor): Promise<void> {
  await db.execute(sql`
    insert into ${customerChanges} select c.id from ${customers} c where (c.id like 'person-%' and c.name = any(c.domains))
      or (c.merged_into is not null and c.subscriptions > 0 and not exists (select from subscriptions s where ${key} = c.id))`);
}

/** Keeps derivations in order: of two at the same time, the older result could be stored last. Taken before the locks of rows. */
export async function lockDerivations(tx: Executor): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockKey("customerListings")})`);
}

/** Derives these customers, and those that they were merged into. */
export async function deriveCustomers(tx: Executor, ids: readonly string[], now: Date): Promise<void> {
  await lockDerivations(tx);
  await derive(tx, ids, now);
}

/** Derives the customers of these subscriptions, for a caller that has locked derivations. */
export async function deriveCustomersOf(tx: Executor, subscriptionIds: readonly string[], now: Date): Promise<void> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select distinct ${key} as id from subscriptions s where s.id = any(${sql.param(subscriptionIds)}::text[])`,
  );
  await derive(
    tx,
    rows.map(({ id }) => id),
    now,
  );
}

/** A customer has the name of its own newest subscription, before those of the customers merged into it. */
async function derive(tx: Executor, changed: readonly string[], now: Date): Promise<void> {
  const merged = await tx.execute<{ id: string }>(sql`
    select distinct merged_into as id from ${customers}
    where id = any(${sql.param(changed)}::text[]) and merged_into is not null`);
  const ids = [...new Set([...changed, ...merged.rows.map(({ id }) => id)])].toSorted();
  await tx.execute(sql`
    delete from customers c where c.id = any(${sql.param(ids)}::text[]) and c.merged_into is null
      and not exists (select from customers m where m.merged_into = c.id)
      and not exists (select from subscriptions s
        where ${key} = c.id)`);
  // A merged customer is kept when its last subscription has moved to another one, without what is derived from subscriptions.
  await tx.execute(sql`
    insert into customers (id, name, domains, offers, subscriptions, active_subscriptions, seats, purchased_at, term_ends_at,
      is_test, search_text, derived_at)
    select wanted.id, coalesce(facts.company, case when wanted.id like 'person-%' then coalesce(facts.person, facts.email) end,
        mails.domains[1], facts.email, nullif(facts.name, ''), wanted.id),
      coalesce(mails.domains, '{}'), coalesce(facts.offers, '{}'), facts.subscriptions, facts.active, facts.seats, facts.purchased_at,
      facts.term_ends_at, coalesce(facts.is_test, false),
      left(fold_search(lower(concat_ws(' ', wanted.id, facts.company, array_to_string(mails.domains, ' '), words.text))), ${maxSearchText}),
      ${now.toISOString()}::timestamptz
    from unnest(${sql.param(ids)}::text[]) wanted(id)
    cross join lateral (
      select array(select m.id from customers m where m.merged_into = wanted.id) || wanted.id as keys offset 0) own
    cross join lateral (
      select count(*)::int as subscriptions, (count(*) filter (where is_active))::int as active,
        coalesce(sum(s.quantity) filter (where is_active), 0)::bigint as seats, max(s.purchased_at) as purchased_at,
        min(s.term_ends_at) filter (where is_active) as term_ends_at, array_agg(distinct s.offer_id) as offers,
        bool_and(is_test_purchase(s.is_test, s.sandbox_type, s.session_mode, s.offer_id)) as is_test,
        (array_agg(s.contact_company order by ${key} <> wanted.id, s.updated_at desc, s.id) filter (where s.contact_company <> ''))[1] as company,
        (array_agg(s.contact_name order by ${key} <> wanted.id, s.updated_at desc, s.id) filter (where s.contact_name <> ''))[1] as person,
        (array_agg(coalesce(s.beneficiary_email, s.contact_email) order by ${key} <> wanted.id, s.updated_at desc, s.id)
          filter (where coalesce(s.beneficiary_email, s.contact_email) <> ''))[1] as email,
        (array_agg(s.name order by ${key} <> wanted.id, s.updated_at desc, s.id))[1] as name
      from subscriptions s, lateral (select s.status in ('Subscribed', 'Suspended') as is_active) state
      where ${key} = any(own.keys)
    ) facts
    cross join lateral (
      select array_agg(domain order by times desc, domain) as domains from (
        select domain, count(*) as times from (
          select ${ownAddresses} as addresses from subscriptions s
          where ${key} = any(own.keys)
          order by s.updated_at desc limit ${maxSearched}) found,
          unnest(found.addresses) address, lateral (select lower(split_part(address, '@', 2)) as domain) part
        where domain like '%.%' and domain <> all(${sql.param([...publicMailDomains])}::text[])
        group by domain order by count(*) desc, domain limit ${maxDomains}) frequent
    ) mails
    cross join lateral (
      select string_agg(distinct word, ' ') as text from (
        select ${ownAddresses} || array[s.name, s.contact_name, s.contact_company, s.beneficiary_tenant_id] as words from subscriptions s
        where ${key} = any(own.keys)
        order by s.updated_at desc limit ${maxSearched}) found, unnest(found.words) word
    ) words
    where facts.subscriptions > 0 or exists (select from customers c where c.id = wanted.id)
    on conflict (id) do update set name = excluded.name, domains = excluded.domains, offers = excluded.offers,
      subscriptions = excluded.subscriptions, active_subscriptions = excluded.active_subscriptions, seats = excluded.seats,
      purchased_at = excluded.purchased_at, term_ends_at = excluded.term_ends_at, is_test = excluded.is_test,
      search_text = excluded.search_text, derived_at = excluded.derived_at`);
}
