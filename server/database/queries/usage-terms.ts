/** The terms of subscriptions by which usage is read: the current one, or one that begins on a given day. */
import { type SQL, sql } from "drizzle-orm";
import { addDays, type Day, utcDayOf } from "../../../shared/day.ts";
import type { SubscriptionStatus } from "../../../shared/lifecycle.ts";
import type { TermUsage } from "../../../shared/views/usage.ts";
import { type TermSpan, termOf } from "../../domain/usage/term.ts";
import type { Executor } from "../connection/database.ts";
import { nameCollation } from "../statements/name-order.ts";

/** Days of a term in its chart; the last ones. */
const maxDays = 31;

/** Subscriptions of a customer with usage; the list of usage has the others. */
const maxOfCustomer = 20;

export type Subscription = {
  id: string;
  name: string;
  offer_id: string;
  plan_id: string;
  status: SubscriptionStatus;
  is_free_trial: boolean;
  term_unit: string | null;
  starts_on: Day | null;
  ends_on: Day | null;
};

/** A subscription with the requested term. */
export type SubscriptionTerm = {
  subscription: Subscription;
  term: TermSpan;
  isCurrent: boolean;
  terms: Day[];
  chart: TermUsage["chart"];
};

/** The days of a subscription's term that begins on a day; null if there is none. */
export async function findTerm(
  db: Executor,
  subscriptionId: string,
  startsOn: string,
  now: Date,
): Promise<TermSpan | null> {
  const [requested] = await termsOf(db, sql`id = ${subscriptionId}`, startsOn, now);
  return requested?.term.startsOn === startsOn ? requested.term : null;
}

/** Whether an hour is of a term. Hours that still collect belong to the term by their time. */
export function isInTerm(slot: SQL, { startsOn, endsOn }: { startsOn: SQL; endsOn: SQL }): SQL {
  return sql`(${slot}.term_starts_on = ${startsOn} or (${slot}.term_starts_on is null
    and ${slot}.hour >= ${startsOn}::timestamp at time zone 'UTC' and ${slot}.hour < (${endsOn} + 1)::timestamp at time zone 'UTC'))`;
}

export async function termsOf(
  db: Executor,
  where: SQL,
  startsOn: string | null,
  now: Date,
): Promise<SubscriptionTerm[]> {
  const { rows } = await db.execute<Subscription>(sql`
    select id, name, offer_id, plan_id, status, is_free_trial, term_unit,
      to_char(term_starts_at at time zone 'UTC', 'YYYY-MM-DD') as starts_on,
      to_char(term_ends_at at time zone 'UTC', 'YYYY-MM-DD') as ends_on
    from subscriptions where ${where} order by status = 'Unsubscribed', name ${nameCollation}, id limit ${maxOfCustomer}`);
  if (rows.length === 0) return [];
  const accounts = await db.execute<{ subscription_id: string; starts_on: Day; ends_on: Day }>(sql`
    select subscription_id, term_starts_on as starts_on, max(term_ends_on) as ends_on from usage_accounts
    where subscription_id = any(${sql.param(rows.map(({ id }) => id))}::text[]) group by 1, 2 order by 1, 2 desc`);
  return rows.map((subscription) => {
    const spans = accounts.rows
      .filter((row) => row.subscription_id === subscription.id)
      .map((row) => ({ startsOn: row.starts_on, endsOn: row.ends_on }));
    const { term_unit: unit, starts_on, ends_on, status } = subscription;
    const last = status === "Unsubscribed" ? spans[0] : undefined;
    const current = last ?? termOf(now, { unit, startsOn: starts_on, endsOn: ends_on }, spans);
    const term = startsOn === null ? current : (spans.find((span) => span.startsOn === startsOn) ?? current);
    const terms = [...new Set([current.startsOn, ...spans.map((span) => span.startsOn)])].toSorted().toReversed();
    return { subscription, term, isCurrent: term === current, terms, chart: chartOf(term, utcDayOf(now)) };
  });
}

function chartOf({ startsOn, endsOn }: TermSpan, today: Day): TermUsage["chart"] {
  const to = endsOn < today ? endsOn : today < startsOn ? startsOn : today;
  const from = addDays(to, 1 - maxDays);
  return { from: from < startsOn ? startsOn : from, to };
}
