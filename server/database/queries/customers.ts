/** Reads a customer's page from its subscriptions. */
import { eq, sql } from "drizzle-orm";
import { isStorable } from "../../domain/storable-text.ts";
import type {
  CustomerAnswer,
  CustomerMoney,
  CustomerPerson,
  CustomerRole,
  CustomerView,
} from "../../../shared/views/customers.ts";
import { type MoneyState, recurringStates } from "../../../shared/money.ts";
import type { CustomerName, OwnCustomer } from "../../../shared/views/customer-name.ts";
import type { Database } from "../connection/database.ts";
import { customers as c } from "../schema/customers.ts";
import { subscriptionMoney as m } from "../schema/money.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { oncePerDatabase } from "../statements/once-per-database.ts";
import { customerKey, customerKeys, isOfCustomer } from "../statements/customer-key.ts";
import { customerName } from "../statements/customer-name.ts";
import { nameCollation } from "../statements/name-order.ts";
import { rowColumns, rowView } from "./customer-list.ts";
import { listSubscriptions } from "./subscription-list.ts";

/** Subscriptions of a page; the list of subscriptions has the others. */
const maxRows = 100;
const maxPeople = 200;
const maxSimilar = 5;

/** A customer with its subscriptions and people; null if it has neither a listing nor subscriptions. */
export async function findCustomer(db: Database, id: string, staffId: string): Promise<CustomerAnswer | null> {
  if (!isStorable(id)) return null;
  const [row] = await db
    .select({ ...rowColumns, mergedInto: c.mergedInto })
    .from(c)
    .where(eq(c.id, id));
  if (row && row.mergedInto !== null) return { customer: null, movedTo: row.mergedInto };
  const [{ rows }, people, merged, similar, money] = await Promise.all([
    listSubscriptions(db, { customer: id }, maxRows),
    peopleOf(db, id),
    mergedInto(db, id),
    row ? similarTo(db, id, row.domains) : [],
    moneyOf(db, id),
  ]);
  // A customer is listed within seconds after its first subscription.
  if (!row && rows.length === 0) return null;
  const { mergedInto: _, ...listed } = row ?? { ...unlisted(id, rows), mergedInto: null };
  return {
    movedTo: null,
    customer: {
      ...rowView(
        listed,
        money.money.map(({ currency, mrr }) => ({ currency, monthly: mrr })),
      ),
      kind: id.startsWith("person-") ? "person" : id.startsWith("subscription-") ? "subscription" : "tenant",
      isMine: listed.ownerId === staffId,
      rows,
      people: people.slice(0, maxPeople),
      arePeopleCut: people.length > maxPeople,
      merged,
      ...money,
      similar,
    },
  };
}

function unlisted(id: string, rows: Awaited<ReturnType<typeof listSubscriptions>>["rows"]) {
  const active = rows.filter(({ status }) => status === "Subscribed" || status === "Suspended");
  return {
    id,
    name: rows.find(({ contactCompany }) => contactCompany)?.contactCompany ?? rows[0]?.name ?? id,
    domains: [],
    offers: [...new Set(rows.map(({ offerId }) => offerId))],
    subscriptions: rows.length,
    activeSubscriptions: active.length,
    seats: active.reduce((sum, { quantity }) => sum + (quantity ?? 0), 0),
    purchasedAt: null,
    termEndsOn: null,
    isTest: false,
    ownerId: null,
    ownerName: null,
    tags: [],
  };
}

/** The newest subscriptions of a customer whose needs are shown. */
const maxWithNeeds = 500;

export async function customerSubscriptionIds(db: Database, id: string): Promise<string[]> {
  if (!isStorable(id)) return [];
  const { rows } = await db.execute<{ id: string }>(
    sql`select ${s.id} as id from ${s} where ${isOfCustomer(id)} order by ${s.updatedAt} desc limit ${maxWithNeeds}`,
  );
  return rows.map((row) => row.id);
}

async function peopleOf(db: Database, id: string): Promise<CustomerPerson[]> {
  const { rows } = await db.execute<{
    email: string;
    name: string | null;
    phone: string | null;
    roles: CustomerRole[];
    subscriptions: number;
  }>(sql`
    select lower(person.email) as email,
      (array_agg(person.name order by ${s.updatedAt} desc) filter (where person.name <> ''))[1] as name,
      (array_agg(person.phone order by ${s.updatedAt} desc) filter (where person.phone <> ''))[1] as phone,
      array_agg(distinct person.role) as roles, count(distinct ${s.id})::int as subscriptions
    from ${s}, lateral (values
      ('contact', ${s.contactEmail}, ${s.contactName}, ${s.contactPhone}),
      ('beneficiary', ${s.beneficiaryEmail}, null, null),
      (case when ${s.purchaserTenantId} <> ${s.beneficiaryTenantId} then 'reseller' else 'purchaser' end, ${s.purchaserEmail}, null, null)
    ) person(role, email, name, phone)
    where ${isOfCustomer(id)} and person.email <> ''
    group by 1 order by 'reseller' = any(array_agg(person.role)), max(${s.updatedAt}) desc, 1 limit ${maxPeople + 1}`);
  return rows;
}

const atRisk = ["suspended", "ending"] satisfies MoneyState[];

/** The recurring revenue of a customer by currency; test purchases, trials and ended subscriptions do not count. */
async function moneyOf(db: Database, id: string): Promise<Pick<CustomerView, "money" | "withoutPrice">> {
  const states = (wanted: readonly MoneyState[]) => sql`${m.state} = any(${sql.param(wanted)}::text[])`;
  const { rows } = await db.execute<CustomerMoney & { currency: string | null; unpriced: number }>(sql`
    select ${m.currency} as currency, trim_scale(sum(${m.recurring}))::text as mrr,
      trim_scale(sum(${m.recurring}) * 12)::text as arr,
      trim_scale(coalesce(sum(${m.recurring}) filter (where ${states(atRisk)}), 0))::text as "atRisk",
      count(*) filter (where ${m.monthly} is null)::int as unpriced
    from ${s} join ${m} on ${m.subscriptionId} = ${s.id} where ${isOfCustomer(id)} and ${states(recurringStates)}
    group by ${m.currency} order by sum(${m.recurring}) desc, ${m.currency}`);
  return {
    money: rows.flatMap(({ currency, mrr, arr, atRisk: ending }) =>
      currency === null || Number(mrr) === 0 ? [] : [{ currency, mrr, arr, atRisk: ending }],
    ),
    withoutPrice: rows.reduce((sum, { unpriced }) => sum + unpriced, 0),
  };
}

async function mergedInto(db: Database, id: string): Promise<(CustomerName & { subscriptions: number })[]> {
  return db
    .select({ id: c.id, name: c.name, subscriptions: c.subscriptions })
    .from(c)
    .where(eq(c.mergedInto, id))
    .orderBy(sql`${c.name} ${nameCollation}`, c.id);
}

async function similarTo(db: Database, id: string, domains: string[]) {
  if (domains.length === 0) return [];
  const { rows } = await db.execute<CustomerName & { domain: string; subscriptions: number }>(sql`
    select c.id, c.name, (select d from unnest(c.domains) d where d = any(${sql.param(domains)}::text[]) limit 1) as domain, c.subscriptions
    from customers c where c.domains && ${sql.param(domains)}::text[] and c.id <> ${id} and c.merged_into is null
    limit ${maxSimilar}`);
  return rows;
}

/** The most other subscriptions that are counted. */
const maxOthers = 99;

const customerBySubscription = oncePerDatabase((db) =>
  db
    .select({
      id: sql<string>`found.id`,
      name: sql<string | null>`found.name`,
      company: sql<string | null>`found.company`,
      others: sql<number>`found.others`,
    })
    .from(
      sql`(
        with own as (
          select ${customerKey} as key, coalesce(${customerName}, ${s.name}) as company
          from ${s} where ${s.id} = ${sql.placeholder("subscriptionId")}),
        root as (
          select own.company, coalesce(c.merged_into, own.key) as id from own left join customers c on c.id = own.key)
        select root.id, root.company, (select name from customers where id = root.id) as name,
          (select count(*)::int from (
            select from subscriptions where ${customerKey} = any(${customerKeys(sql`root.id`)})
            limit ${sql.raw(String(maxOthers + 2))}) counted) - 1 as others
        from root) found`,
    )
    .prepare("customer_by_subscription"),
);

/** The customer of a subscription, with the number of its other subscriptions. */
export async function customerOfSubscription(db: Database, subscriptionId: string): Promise<OwnCustomer | null> {
  const [row] = await customerBySubscription(db).execute({ subscriptionId });
  if (!row) return null;
  return {
    id: row.id,
    name: row.name ?? row.company ?? row.id,
    others: { count: Math.min(row.others, maxOthers), isMore: row.others > maxOthers },
  };
}
