/** Reads the days and hours of the overview, with today's current values. */
import { and, asc, eq, gte, sql, type SQL } from "drizzle-orm";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { HourOfWebhook, OverviewView, RenewalsOfWeek, StateOfDay } from "../../../shared/views/overview.ts";
import { activationTimesOf, stateLine } from "../../domain/figures.ts";
import type { Database } from "../connection/database.ts";
import { type DayCounted, readDayCounts } from "./day-counts.ts";
import { dailyStates, hourlyWebhooks } from "../schema/figures.ts";
import { countEndedUnseen, readActivations, readEndsAndTurns, readRecordedFlows } from "./flows.ts";
import { countSubscriptions, listOffers } from "./subscription-counts.ts";

const weeksAhead = 12;

/** @param options.days how many, including today */
export async function readOverview(
  db: Database,
  options: { days: number; offer?: string; now: Date },
): Promise<OverviewView> {
  const { offer, now } = options;
  const to = utcDayOf(now);
  const from = addDays(to, 1 - options.days);
  const [recorded, recordedFlows, flowsOfToday, counts, offers, purchases, activations, renewals] = await Promise.all([
    readStates(db, offer),
    readRecordedFlows(db, { from, to, offer }),
    readEndsAndTurns(db, to, offer),
    countSubscriptions(db),
    listOffers(db),
    readDayCounts(db, { what: ["purchased", "activated", "live"], from, offer }),
    readActivations(db, { from, to, offer }),
    readRenewals(db, to, offer),
  ]);
  const totalOf = (what: DayCounted, day?: Day) =>
    purchases
      .filter((one) => one.what === what && (day === undefined || one.day === day))
      .reduce((sum, { count }) => sum + count, 0);
  const flows = recordedFlows.with(-1, {
    ...flowsOfToday,
    purchased: totalOf("purchased", to),
    activated: activations.today,
    // The line of earlier days is derived from it only before the first recorded day.
    endedUnseen: recorded.some(({ day }) => day < to) ? 0 : await countEndedUnseen(db, to, offer),
  });
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
    offerNames: Object.fromEntries(offers.offers.map(({ offerId, name }) => [offerId, name])),
    cohort: { purchased: totalOf("purchased"), activated: totalOf("activated"), live: totalOf("live") },
    activation: activationTimesOf(activations.steps),
    renewals,
  };
}

/** All recorded days, by day. */
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

/** The terms of Subscribed subscriptions that end in the next weeks. */
async function readRenewals(db: Database, today: Day, offer: string | undefined): Promise<RenewalsOfWeek[]> {
  const weeks = Array.from({ length: weeksAhead }, (_, week) => ({
    from: addDays(today, week * 7),
    to: addDays(today, week * 7 + 6),
  }));
  const what = ["renewing", "ending", "unknown"] as const;
  const counts = await readDayCounts(db, { what, from: today, to: addDays(today, weeksAhead * 7 - 1), offer });
  return weeks.map(({ from, to }) => {
    const ofWeek = counts.filter(({ day }) => day >= from && day <= to);
    const sumOf = (which: DayCounted) =>
      ofWeek.filter((one) => one.what === which).reduce((sum, { count }) => sum + count, 0);
    return { from, to, renewing: sumOf("renewing"), ending: sumOf("ending"), unknown: sumOf("unknown") };
  });
}

/** The last hours of the webhook, including empty ones. */
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
