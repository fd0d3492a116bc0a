/** Reading the days and hours of the overview, with what is true today. */
import { and, asc, eq, gte, sql, type SQL } from "drizzle-orm";
import type {
  ActivationTimes,
  FlowsOfDay,
  HourOfWebhook,
  OverviewView,
  RenewalsOfWeek,
  StateOfDay,
} from "../../../shared/views/overview.ts";
import { activationTimes, stateLine } from "../../domain/figures.ts";
import type { Database } from "../connection.ts";
import { dayOf, flowsOf } from "../figure-record.ts";
import { dailyFlows, dailyStates, hourlyWebhooks } from "../schema/figures.ts";
import { subscriptions as s } from "../schema/subscriptions.ts";
import { countSubscriptions, listOffers } from "../subscription-counts.ts";

const dayMs = 24 * 60 * 60_000;
const weeksAhead = 12;

/** @param options.days how many, today included */
export async function readOverview(
  db: Database,
  options: { days: number; offer?: string; now: Date },
): Promise<OverviewView> {
  const { offer, now } = options;
  const to = dayOf(now);
  const from = dayOf(new Date(now.getTime() - (options.days - 1) * dayMs));
  const [recorded, flows, counts, offers, cohort, activation, renewals] = await Promise.all([
    readStates(db, offer),
    readFlows(db, { from, to, offer }),
    countSubscriptions(db),
    listOffers(db),
    readCohort(db, from, offer),
    readActivationTimes(db, from, offer),
    readRenewals(db, to, offer),
  ]);
  const groups = counts.groups.filter((group) => offer === undefined || group.offerId === offer);
  const live = groups.filter(({ status }) => status !== "Unsubscribed");
  const sum = (of: typeof live, what: "subscriptions" | "seats") => of.reduce((all, group) => all + group[what], 0);
  const today: StateOfDay = {
    day: to,
    subscriptions: sum(live, "subscriptions"),
    suspended: sum(
      live.filter(({ status }) => status === "Suspended"),
      "subscriptions",
    ),
    seats: sum(
      live.filter(({ status }) => status !== "PendingFulfillmentStart"),
      "seats",
    ),
  };
  const { states, recordedSince } = stateLine({
    from,
    today,
    recorded: recorded.filter(({ day }) => day !== to),
    flows,
  });
  return {
    from,
    to,
    recordedSince,
    states,
    flows: flows.map(({ endedUnseen: _, ...flow }) => flow),
    groups,
    planNames: Object.fromEntries(
      offers.offers.flatMap(({ offerId, plans }) => plans.map(({ planId, name }) => [`${offerId}/${planId}`, name])),
    ),
    cohort,
    activation,
    renewals,
  };
}

/** Every day that was written down, by day. */
async function readStates(db: Database, offer: string | undefined): Promise<StateOfDay[]> {
  const sumOf = (column: SQL) => sql<number>`sum(${column})`.mapWith(Number);
  return db
    .select({
      day: dailyStates.day,
      subscriptions: sumOf(sql`${dailyStates.pending} + ${dailyStates.subscribed} + ${dailyStates.suspended}`),
      suspended: sumOf(sql`${dailyStates.suspended}`),
      seats: sumOf(sql`${dailyStates.seats}`),
    })
    .from(dailyStates)
    .where(
      and(
        gte(dailyStates.day, sql`(now() - interval '400 days')::date`),
        offer === undefined ? undefined : eq(dailyStates.offerId, offer),
      ),
    )
    .groupBy(dailyStates.day)
    .orderBy(asc(dailyStates.day));
}

export type CountedFlows = FlowsOfDay & { endedUnseen: number };

/** Each day of the span, also where nothing happened; the youngest is counted now. */
async function readFlows(
  db: Database,
  { from, to, offer }: { from: string; to: string; offer: string | undefined },
): Promise<CountedFlows[]> {
  const ofOffer = offer === undefined ? sql`true` : sql`offer_id = ${offer}`;
  const names = sql.raw(
    ["purchased", "ended_unseen", "activated", "ended", "trials_ended", "trials_converted", "suspended", "reinstated"]
      .map((name) => `coalesce(sum(${name}), 0)::int as "${camelCase(name)}"`)
      .join(", "),
  );
  const found = await db.execute<CountedFlows>(sql`
    select days.day::date::text as day, ${names}
    from generate_series(${from}::date, ${to}::date, interval '1 day') days(day)
    left join (
      select day, offer_id, purchased, ended_unseen, activated, ended, trials_ended, trials_converted, suspended, reinstated
      from ${dailyFlows} where day >= ${from}::date and day < ${to}::date
      union all ${flowsOf([to])}
    ) flows on flows.day = days.day::date and ${ofOffer}
    group by days.day order by days.day`);
  return found.rows;
}

const camelCase = (name: string) => name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

const ofOffer = (offer: string | undefined) => (offer === undefined ? undefined : eq(s.offerId, offer));
const since = (expression: SQL, from: string) => sql`${expression} >= ${`${from}T00:00:00Z`}::timestamptz`;

/** Those purchased since a day: how many became active, and how many of these have not ended. */
async function readCohort(db: Database, from: string, offer: string | undefined) {
  const isLive = sql`${s.status} in ('Subscribed', 'Suspended')`;
  const [row] = await db
    .select({
      purchased: sql<number>`count(*)::int`,
      activated: sql<number>`(count(*) filter (where ${isLive} or ${s.activatedAt} is not null))::int`,
      live: sql<number>`(count(*) filter (where ${isLive}))::int`,
    })
    .from(s)
    .where(and(since(sql`coalesce(${s.purchasedAt}, '-infinity')`, from), ofOffer(offer)));
  return row ?? { purchased: 0, activated: 0, live: 0 };
}

/** How long those waited that became active since a day, as far as the desk saw it. */
async function readActivationTimes(db: Database, from: string, offer: string | undefined): Promise<ActivationTimes> {
  const took = sql`greatest(0, extract(epoch from ${s.activatedAt} - coalesce(${s.purchasedAt}, ${s.createdAt})) * 1000)`;
  const bounds = activationTimes.map(
    (upToMs) => sql`when ${took} <= ${sql.raw(String(upToMs))} then ${sql.raw(String(upToMs))}`,
  );
  const step = sql<number | null>`case ${sql.join(bounds, sql` `)} end`;
  const where = and(since(sql`${s.activatedAt}`, from), ofOffer(offer));
  const [steps, [shape]] = await Promise.all([
    db
      .select({ upToMs: step.mapWith(Number), count: sql<number>`count(*)::int` })
      .from(s)
      .where(where)
      .groupBy(sql`1`),
    db
      .select({
        medianMs: sql<number | null>`percentile_cont(0.5) within group (order by ${took})`,
        p90Ms: sql<number | null>`percentile_cont(0.9) within group (order by ${took})`,
      })
      .from(s)
      .where(where),
  ]);
  const countOf = (upToMs: number | null) => steps.find((one) => one.upToMs === upToMs)?.count ?? 0;
  return {
    within: [...activationTimes, null].map((upToMs) => ({ upToMs, count: countOf(upToMs) })),
    medianMs: shape?.medianMs ?? null,
    p90Ms: shape?.p90Ms ?? null,
  };
}

/** The terms that end in the next weeks, of those that are Subscribed. */
async function readRenewals(db: Database, today: string, offer: string | undefined): Promise<RenewalsOfWeek[]> {
  const end = sql`coalesce(term_ends_at, 'infinity')`;
  const found = await db.execute<RenewalsOfWeek>(sql`
    select (weeks.day::date)::text as "from", (weeks.day::date + 6)::text as "to", ahead.*
    from generate_series(${today}::date, ${today}::date + ${(weeksAhead - 1) * 7}::int, interval '7 days') weeks(day),
      lateral (
        select count(*) filter (where auto_renews)::int as renewing, count(*) filter (where not auto_renews)::int as ending,
          count(*) filter (where auto_renews is null)::int as unknown
        from subscriptions where status = 'Subscribed' and ${offer === undefined ? sql`true` : sql`offer_id = ${offer}`}
          and ${end} >= (weeks.day::date)::timestamp at time zone 'utc'
          and ${end} < (weeks.day::date + 7)::timestamp at time zone 'utc'
      ) ahead
    order by weeks.day`);
  return found.rows;
}

/** The last hours of the webhook, each, also where nothing came. */
export async function readWebhookHours(db: Database, hours: number, now: Date): Promise<HourOfWebhook[]> {
  const last = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000);
  const found = await db.execute<Omit<HourOfWebhook, "hour"> & { hour: Date | string }>(sql`
    select series.hour, coalesce(accepted, 0) as accepted, coalesce(duplicates, 0) as duplicates,
      coalesce(unprocessable, 0) as unprocessable,
      (refused_so_far - lag(refused_so_far) over (order by series.hour))::int as refused,
      coalesce(within1s, 0) as within1s, coalesce(within3s, 0) as within3s, coalesce(within10s, 0) as within10s,
      coalesce(later, 0) as later
    from generate_series(${last.toISOString()}::timestamptz - make_interval(hours => ${hours - 1}), ${last.toISOString()}::timestamptz, interval '1 hour') series(hour)
    left join ${hourlyWebhooks} on ${hourlyWebhooks.hour} = series.hour
    order by series.hour`);
  return found.rows.map((row) => ({ ...row, hour: new Date(row.hour).toISOString() }));
}
