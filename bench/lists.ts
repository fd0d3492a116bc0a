/** The pages that staff use most, at different numbers of subscriptions. */
import { sql } from "drizzle-orm";
import type { SubscriptionFilters } from "../shared/filters.ts";
import { encodeCursor } from "../server/database/statements/keyset.ts";
import type { Database } from "../server/database/connection/database.ts";
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import { compareSizes, type BenchQuery, type Site } from "./environment/dashboard-queries.ts";
import type { Measurement } from "./measurement.ts";

const sizes = {
  quick: [1_000, 10_000],
  usual: [10_000, 100_000],
  full: [10_000, 1_000_000],
};
/** Audit entries for each subscription; 10,000,000 at the largest size. */
const activityEach = { quick: 2, usual: 4, full: 10 };

export function benchLists(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  return compareSizes(benchEnvironment, {
    sizes: sizes[benchEnvironment.scale],
    sizesOf: (subscriptions) => ({ subscriptions, activity: subscriptions * activityEach[benchEnvironment.scale] }),
    what: "subscriptions",
    queriesOf: looksOf,
  });
}

type Sample = { id: string; name: string; email: string; tenant: string; position: string };

async function looksOf({ db }: Site): Promise<BenchQuery[]> {
  const { rows: sample } = await db.execute<Sample>(
    sql`select id, name, beneficiary_email as email, beneficiary_tenant_id as tenant, updated_at::text as position
        from subscriptions order by md5(id) limit 60`,
  );
  return [
    ...listLooks(sample),
    ...searchLooks(sample),
    ...detailLooks(sample),
    ...(await customerLooks(db)),
    ...moneyLooks(),
    ...otherLooks(),
  ];
}

function listLooks(sample: Sample[]): BenchQuery[] {
  const list = (name: string, inputs: SubscriptionFilters[]) => flat(`list, ${name}`, "subscriptions.list", inputs);
  return [
    list("first page", [{}]),
    list(
      "page in the middle",
      sample.map(({ id, position }) => ({ cursor: encodeCursor({ value: position, id }) })),
    ),
    list("by name", [{ sort: "name" }, { sort: "name", order: "desc" }]),
    list("by end of term", [{ sort: "termEnd" }]),
    list("by seats", [{ sort: "quantity" }]),
    list("suspended", [{ status: "Suspended" }]),
    list("one plan", [
      { offer: "insight", plan: "team" },
      { offer: "vault", plan: "plus" },
    ]),
    list("with an access hold", [{ hold: true }]),
    list("pending, by name", [{ status: "PendingFulfillmentStart", sort: "name" }]),
    list("trials", [{ trial: true }]),
    list("bought through a reseller", [{ reseller: true }]),
    list("without auto-renewal", [{ renews: false, sort: "termEnd" }]),
    list("of an owner", [{ owner: "tenant:5" }, { owner: "tenant:17" }]),
    list("with a tag", [{ tag: "pilot" }, { tag: "vip", status: "Suspended" }]),
    list(
      "of a tenant",
      sample.map(({ tenant }) => ({ tenant })),
    ),
    list("purchased in 30 days", [{ purchasedIn: "last30" }]),
    list("suspended, one plan", [{ status: "Suspended", offer: "vault", plan: "plus" }]),
  ];
}

function searchLooks(sample: Sample[]): BenchQuery[] {
  const search = (name: string, texts: string[]): BenchQuery => ({
    name: `search, ${name}`,
    procedure: "subscriptions.list",
    inputs: texts.map((q) => ({ q })),
    maxRatio: 6,
    maxMs: 10,
    maxDatabaseMs: null,
  });
  const field = (name: string, texts: string[]): BenchQuery => ({
    ...search(name, texts),
    name: `search field, ${name}`,
    procedure: "find.all",
  });
  return [
    search(
      "an e-mail address",
      sample.map(({ email }) => email),
    ),
    search(
      "part of an id",
      sample.map(({ id }) => id.slice(3, 17)),
    ),
    search(
      "a tenant",
      sample.map(({ tenant }) => tenant),
    ),
    search(
      "a company",
      sample.map(({ name }) => name.split(" ").slice(0, 3).join(" ")),
    ),
    search("a very common word", ["insight", "example", "insight team"]),
    search("no results", ["no such customer", "zzqqxx"]),
    field(
      "an e-mail address",
      sample.map(({ email }) => email),
    ),
    field(
      "a company",
      sample.map(({ name }) => name.split(" ").slice(0, 3).join(" ")),
    ),
    field(
      "a tenant",
      sample.map(({ tenant }) => tenant),
    ),
    field(
      "the first letters",
      sample.map(({ name }) => name.slice(0, 4)),
    ),
    field(
      "a pasted signature",
      sample.map(({ name, email }) => `Best regards,\nGrace Mbeki\n${name}\n${email}`),
    ),
    field("nothing found", ["no such customer", "zzqqxx"]),
  ];
}

/** Everything else, at most 1.5 times as slow at the largest size. */
function flat(name: string, procedure: string, inputs: unknown[]): BenchQuery {
  return { name, procedure, inputs, maxRatio: 1.5 };
}

type CustomerSample = { id: string; name: string; domain: string };

async function customerLooks(db: Database): Promise<BenchQuery[]> {
  const { rows: sample } = await db.execute<CustomerSample>(
    sql`select id, name, domains[1] as domain from customers order by md5(id) limit 60`,
  );
  const ids = sample.map(({ id }) => ({ id }));
  const flatPage = (name: string, procedure: string, inputs: unknown[]): BenchQuery => ({
    ...flat(name, procedure, inputs),
    maxMs: 20,
    maxDatabaseMs: null,
  });
  return [
    flatPage("customers, first page", "customers.list", [{}]),
    flatPage("customers, by seats", "customers.list", [{ sort: "seats", order: "desc" }]),
    flatPage("customers, by end of term", "customers.list", [{ sort: "termEnd" }]),
    flatPage("customers, of an offer", "customers.list", [{ offer: "vault" }, { offer: "insight", active: true }]),
    flatPage("customers, count", "customers.count", [{ offer: "vault" }]),
    flatPage("customers, filter values", "customers.facets", [undefined]),
    flatPage(
      "customers, search by name",
      "customers.list",
      sample.map(({ name }) => ({ q: name })),
    ),
    flatPage(
      "customers, search by domain",
      "customers.list",
      sample.map(({ domain }) => ({ q: domain })),
    ),
    flatPage("customer, page", "customers.get", ids),
    flatPage("customer, timeline", "customers.timeline", ids),
    flatPage("customer, what needs attention", "customers.needs", ids),
  ];
}

function moneyLooks(): BenchQuery[] {
  const money = (name: string, procedure: string, inputs: unknown[]): BenchQuery => ({
    ...flat(name, procedure, inputs),
    maxMs: 20,
    maxDatabaseMs: null,
  });
  return [
    money("money, revenue", "overview.revenue", [{}, { currency: "EUR" }]),
    money("money, revenue of an offer", "overview.revenue", [{ offer: "vault" }]),
    money("money, list by money", "subscriptions.list", [{ sort: "money", order: "desc" }, { sort: "money" }]),
    money("money, list of what is at risk", "subscriptions.list", [{ money: "suspended" }, { money: "ending" }]),
  ];
}

function detailLooks(sample: Sample[]): BenchQuery[] {
  const ids = sample.map(({ id }) => ({ id }));
  return [
    flat("detail of a subscription", "subscriptions.get", ids),
    flat("timeline of a subscription", "subscriptions.timeline", ids),
  ];
}

function otherLooks(): BenchQuery[] {
  return [
    flat("operations, open", "operations.list", [{ state: "open" }]),
    flat("operations, all", "operations.list", [{}]),
    flat("operations, one action", "operations.list", [{ action: "Unsubscribe" }]),
    flat("deliveries, all", "deliveries.list", [{}]),
    flat("deliveries, duplicates", "deliveries.list", [{ outcome: "duplicate" }]),
    flat("activity, all", "activity.list", [{}]),
    flat("activity, by staff", "activity.list", [{ actor: "staff" }]),
    flat("activity, by the product (no entries)", "activity.list", [{ source: "api" }]),
    flat("overview of a month", "overview.get", [{ days: "30" }]),
    flat("overview of a year", "overview.get", [{ days: "365" }]),
    flat("activity, a rare text", "activity.list", [{ q: "no such text" }]),
    flat("needs attention, list", "needs.list", [{}]),
    flat("needs attention, counts", "needs.counts", [undefined]),
    flat("list, how many match", "subscriptions.count", [{ q: "insight" }, { status: "Suspended" }, { tag: "vip" }]),
    flat("list, counts", "subscriptions.counts", [undefined]),
    flat("list, filter values", "subscriptions.facets", [undefined]),
  ];
}
