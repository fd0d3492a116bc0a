import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, integer, numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { movementKinds, moneyStates, priceBases, salesChannels } from "../../../shared/money.ts";
import type { Day } from "../../../shared/day.ts";
import { day, dayInUtc, instant } from "./column-types.ts";
import { subscriptionStatus } from "./subscriptions.ts";

/**
 * Changes of subscriptions and prices whose money has not been counted yet. Triggers append them in the transaction
 * of the change; a job counts and deletes them, in order for each subscription (decision 0032).
 */
export const moneyChanges = pgTable(
  "money_changes",
  {
    seq: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    subscriptionId: text().notNull(),
    /** When the change took effect, as far as known. */
    at: instant().notNull(),
    /** The subscription after the change; null: it was deleted. */
    status: subscriptionStatus(),
    offerId: text(),
    planId: text(),
    termUnit: text(),
    quantity: integer(),
    isFreeTrial: boolean(),
    autoRenews: boolean(),
    termEndsOn: dayInUtc("term_ends_at"),
    isTest: boolean(),
    isReseller: boolean(),
    customerKey: text(),
    /** Whether the price of the subscription is not known yet. */
    isWaiting: boolean().notNull().default(false),
  },
  (table) => [
    /** The changes to count next. */
    index("money_changes_due")
      .on(table.seq)
      .where(sql`not ${table.isWaiting}`),
    /** The earlier changes of subscriptions that wait for a price. */
    index("money_changes_waiting")
      .on(table.subscriptionId, table.seq)
      .where(sql`${table.isWaiting}`),
  ],
);

/** The money of each subscription, as counted last: what the list is sorted and filtered by. */
export const subscriptionMoney = pgTable(
  "subscription_money",
  {
    subscriptionId: text().primaryKey(),
    customerKey: text().notNull(),
    offerId: text().notNull(),
    planId: text().notNull(),
    termUnit: text(),
    channel: text({ enum: salesChannels }).notNull(),
    state: text({ enum: moneyStates }).notNull(),
    basis: text({ enum: priceBases }).notNull(),
    /** Microsoft's price of one term. All three or none. */
    price: numeric(),
    currency: text(),
    isPerSeat: boolean(),
    /** The price per month, whether or not it counts; null if unknown. */
    monthly: numeric(),
    /** The part of it that counts as MRR. */
    recurring: numeric().notNull().default("0"),
    /** Whether it ever counted. */
    hasPaid: boolean().notNull().default(false),
    /** The last day of a trial or of a term that does not renew. */
    endsOn: day(),
    /** Orders by currency, then by amount. */
    sortKey: text()
      .notNull()
      .generatedAlwaysAs(
        sql`coalesce(currency, '') || lpad(least(coalesce(monthly, 0), 999999999999999999)::numeric(28,10)::text, 30, '0')`,
      ),
  },
  (table) => [
    check(
      "subscription_money_price",
      sql`num_nonnulls(${table.price}, ${table.currency}, ${table.isPerSeat}) in (0, 3)`,
    ),
    check(
      "subscription_money_recurring",
      sql`${table.recurring} >= 0 and (${table.recurring} = 0 or ${table.currency} is not null)`,
    ),
    /** The list by money. */
    index("subscription_money_sort").on(sql`${table.sortKey} collate "C"`, table.subscriptionId),
    /** The list filtered by an amount. */
    index("subscription_money_monthly").on(table.currency, table.monthly),
    /** All money of a customer. */
    index("subscription_money_customer").on(table.customerKey),
    /** Money that may end or has not begun. */
    index("subscription_money_state")
      .on(table.state, table.endsOn)
      .where(sql`${table.state} in ('suspended', 'ending', 'trial', 'pending')`),
    /** The list of such money by its amount. */
    index("subscription_money_sort_of_state")
      .on(table.state, sql`${table.sortKey} collate "C"`, table.subscriptionId)
      .where(sql`${table.state} in ('suspended', 'ending', 'trial', 'pending')`),
    /** What ends soon is added up from the index alone. */
    index("subscription_money_ending")
      .on(table.currency, table.endsOn, table.offerId, table.planId, table.channel, table.recurring)
      .where(sql`${table.state} = 'ending'`),
  ],
);

/** Each movement of the MRR, for the lists behind the figures. */
export const moneyMovements = pgTable(
  "money_movements",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    subscriptionId: text().notNull(),
    at: instant().notNull(),
    /** The first day of its month in UTC. */
    month: date().$type<Day>().notNull(),
    kind: text({ enum: movementKinds }).notNull(),
    offerId: text().notNull(),
    planId: text().notNull(),
    channel: text({ enum: salesChannels }).notNull(),
    currency: text().notNull(),
    amount: numeric().notNull(),
  },
  (table) => [
    index("money_movements_month").on(table.month, table.kind, table.subscriptionId),
    index("money_movements_subscription").on(table.subscriptionId),
    index("money_movements_at").on(table.kind, table.at),
  ],
);

/** The sums of the movements by month; the MRR is the sum of all months so far. Only one job writes them. */
export const moneyMonths = pgTable(
  "money_months",
  {
    month: date().$type<Day>().notNull(),
    kind: text({ enum: movementKinds }).notNull(),
    offerId: text().notNull(),
    planId: text().notNull(),
    channel: text({ enum: salesChannels }).notNull(),
    currency: text().notNull(),
    amount: numeric().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.month, table.kind, table.offerId, table.planId, table.channel, table.currency],
    }),
  ],
);

/** The number of subscriptions in each state, and their monthly amount. Only one job writes them. */
export const moneyTotals = pgTable(
  "money_totals",
  {
    state: text({ enum: moneyStates }).notNull(),
    offerId: text().notNull(),
    planId: text().notNull(),
    channel: text({ enum: salesChannels }).notNull(),
    /** Empty: the price is unknown. */
    currency: text().notNull(),
    subscriptions: bigint({ mode: "number" }).notNull(),
    monthly: numeric().notNull(),
  },
  (table) => [primaryKey({ columns: [table.state, table.offerId, table.planId, table.channel, table.currency] })],
);
