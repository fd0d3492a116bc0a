/** Recurring revenue: MRR by month with its movements, by plan and channel, and what is at risk. */
import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { RevenueFilters, SubscriptionFilters } from "../../../shared/filters.ts";
import type { MoneyState, MovementKind, SalesChannel } from "../../../shared/money.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import type { RevenueView } from "../../../shared/views/revenue.ts";
import { Problem } from "../../components/problem.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { formatMoney, formatMonth, movementLabels } from "../../text/money.ts";
import { trpc } from "../../trpc.ts";
import { BarChart } from "./bar-chart.tsx";
import type { ListLink } from "./chart-data.ts";
import { Chart, ChartNumber } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";
import * as styles from "./overview.module.css";

type Props = { overview: OverviewView; filters: RevenueFilters };

const channelLabels: Record<SalesChannel, string> = {
  direct: "Direct",
  reseller: "Reseller (CSP), at list price",
  unknown: "Channel not reported",
};

const shownMovements = ["new", "expansion", "reactivation", "contraction", "churn", "moved"] as const;

/** More plans than this are only in the table. */
const maxBars = 8;

export function Revenue({ overview, filters }: Props) {
  const revenue = useQuery(trpc.overview.revenue.queryOptions(filters));
  if (revenue.error && !revenue.data) return <Problem error={revenue.error} onRetry={() => void revenue.refetch()} />;
  if (!revenue.data) {
    return (
      <div className={styles.charts} aria-busy="true">
        <Skeleton height={352} />
        <Skeleton height={352} />
      </div>
    );
  }
  const { data } = revenue;
  return (
    <section aria-label="Recurring revenue">
      <div className={styles.revenueHeading}>
        <h2>Recurring revenue at list prices</h2>
        <Currency revenue={data} />
      </div>
      {data.currency === null ? (
        <p className="dim">
          No price is known yet. Marketdesk reads each subscription’s price from Microsoft within minutes after the
          first reconciliation.
        </p>
      ) : (
        <div className={styles.charts}>
          <MonthsChart revenue={data} filters={filters} currency={data.currency} />
          <RiskChart revenue={data} filters={filters} currency={data.currency} />
          <RevenuePlanChart revenue={data} overview={overview} currency={data.currency} />
          <ChannelChart revenue={data} filters={filters} currency={data.currency} />
        </div>
      )}
      <Definitions />
    </section>
  );
}

/** Shown only if there are several currencies, because amounts in different currencies are never added up. */
function Currency({ revenue: { currencies, currency } }: { revenue: RevenueView }) {
  const navigate = useNavigate({ from: "/overview" });
  if (currency === null || currencies.length < 2) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label="Currency"
      value={currency}
      data={currencies}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        void navigate({ search: (before) => ({ ...before, currency: chosen }), replace: true });
      }}
    />
  );
}

type ChartProps = { revenue: RevenueView; filters: RevenueFilters; currency: string };

/** The list behind a figure. */
function listOf({ filters, currency }: Omit<ChartProps, "revenue">, search: SubscriptionFilters): ListLink {
  const { offer, plan, channel } = filters;
  const reseller = channel === undefined || channel === "unknown" ? undefined : channel === "reseller";
  return { to: "/subscriptions", search: { offer, plan, reseller, currency, sort: "money", ...search } };
}

function MonthsChart({ revenue, filters, currency }: ChartProps) {
  const { months, mrr, arr } = revenue;
  const money = (amount: string) => formatMoney(amount, currency);
  const link = (month: string, movement: MovementKind) => listOf({ filters, currency }, { movement, movedIn: month });
  const last = months.at(-1);
  return (
    <Chart
      title="MRR by month"
      summary={
        <>
          MRR now{" "}
          <strong>
            <ChartNumber link={listOf({ filters, currency }, { money: "counted" })}>{money(mrr)}</ChartNumber>
          </strong>
          , ARR <strong>{money(arr)}</strong>.
          {last &&
            shownMovements
              .filter((kind) => kind !== "moved" && Number(last.movements[kind]) !== 0)
              .map((kind) => (
                <span key={kind}>
                  {" "}
                  {movementLabels[kind]} this month{" "}
                  <ChartNumber link={link(last.month, kind)}>{money(last.movements[kind])}</ChartNumber>.
                </span>
              ))}
        </>
      }
      table={{
        heads: ["Month", "MRR at its end", ...shownMovements.map((kind) => movementLabels[kind])],
        rows: months.toReversed().map(({ month, mrr: atEnd, movements }) => ({
          name: formatMonth(month),
          cells: [
            { text: money(atEnd) },
            ...shownMovements.map((kind) => ({
              text: money(movements[kind]),
              link: Number(movements[kind]) === 0 ? null : link(month, kind),
            })),
          ],
        })),
      }}
      note={`Amounts in ${currency}.`}
    >
      <BarChart
        labels={months.map(({ month }) => formatMonth(month))}
        series={[
          { name: "MRR", tone: "first", values: months.map((one) => Math.max(0, Number(one.mrr))), linkOf: () => null },
        ]}
      />
    </Chart>
  );
}

const riskStates: { state: MoneyState; name: string }[] = [
  { state: "suspended", name: "Suspended, payment failed" },
  { state: "ending", name: "Ends without renewal" },
  { state: "trial", name: "Free trials, not counted yet" },
  { state: "pending", name: "Not activated, not counted yet" },
];

function RiskChart({ revenue, filters, currency }: ChartProps) {
  const { states, endingSoon, months, today } = revenue;
  const money = (amount: string) => formatMoney(amount, currency);
  const none = { subscriptions: 0, monthly: "0" };
  const last = months.at(-1);
  const rows = [
    ...riskStates.map(({ state, name }) => ({
      name,
      ...(states[state] ?? none),
      link: listOf({ filters, currency }, { money: state }),
    })),
    {
      name: "Ends without renewal, in the next 30 days",
      ...endingSoon,
      link: listOf({ filters, currency }, { money: "ending", endsFrom: today, endsTo: endingSoon.to }),
    },
  ];
  const fallen = last?.movements.contraction ?? "0";
  return (
    <Chart
      title="At risk"
      summary={
        <>
          Of the MRR, <ChartNumber link={rows[0]?.link}>{money(states.suspended?.monthly ?? "0")}</ChartNumber> is
          suspended and <ChartNumber link={rows[1]?.link}>{money(states.ending?.monthly ?? "0")}</ChartNumber> ends
          without renewal.
          {last && Number(fallen) !== 0 && (
            <>
              {" "}
              Fewer seats or smaller plans this month:{" "}
              <ChartNumber link={listOf({ filters, currency }, { movement: "contraction", movedIn: last.month })}>
                {money(fallen)}
              </ChartNumber>
              .
            </>
          )}
        </>
      }
      table={{
        heads: ["Risk", "Subscriptions", "Per month"],
        rows: rows.map(({ name, subscriptions, monthly, link }) => ({
          name,
          cells: [
            { text: formatNumber(subscriptions), link },
            { text: money(monthly), link },
          ],
        })),
      }}
      note={
        revenue.withoutPrice > 0 &&
        `${countOf(revenue.withoutPrice, "subscription")} without a known price ${revenue.withoutPrice === 1 ? "is" : "are"} not counted.`
      }
    >
      <HorizontalBars
        rows={rows.map(({ name, monthly, link }, index) => ({
          name,
          parts: [{ tone: index === 2 || index === 3 ? "third" : "second", value: Number(monthly) }],
          text: money(monthly),
          link,
        }))}
      />
    </Chart>
  );
}

function RevenuePlanChart({
  revenue,
  overview,
  currency,
}: Pick<Props, "overview"> & Pick<ChartProps, "revenue" | "currency">) {
  const plans = revenue.byPlan;
  const hasOffers = new Set(plans.map(({ offerId }) => offerId)).size > 1;
  const nameOf = ({ offerId, planId }: (typeof plans)[number]) => {
    const name = overview.planNames[`${offerId}/${planId}`] ?? planId;
    return hasOffers ? `${name} (${overview.offerNames[offerId] ?? offerId})` : name;
  };
  const rows = plans.map((plan) => ({
    name: nameOf(plan),
    ...plan,
    text: formatMoney(plan.monthly, currency),
    link: {
      to: "/subscriptions",
      search: { offer: plan.offerId, plan: plan.planId, currency, money: "counted", sort: "money" },
    } satisfies ListLink,
  }));
  return (
    <Chart
      title="MRR by offer and plan"
      summary="Largest first."
      table={{
        heads: ["Plan", "Subscriptions", "MRR"],
        rows: rows.map(({ name, subscriptions, text, link }) => ({
          name,
          cells: [{ text: formatNumber(subscriptions), link }, { text }],
        })),
      }}
      note={rows.length > maxBars && `${rows.length - maxBars} more plans are in the table.`}
    >
      <HorizontalBars
        rows={rows.slice(0, maxBars).map(({ name, monthly, text, link }) => ({
          name,
          parts: [{ tone: "first", value: Number(monthly) }],
          text,
          link,
        }))}
      />
    </Chart>
  );
}

function ChannelChart({ revenue, filters, currency }: ChartProps) {
  const rows = revenue.byChannel.map(({ channel, subscriptions, monthly }) => ({
    name: channelLabels[channel],
    subscriptions,
    monthly,
    text: formatMoney(monthly, currency),
    link: listOf(
      { filters, currency },
      { money: "counted", ...(channel === "unknown" ? { unknown: "channel" } : { reseller: channel === "reseller" }) },
    ),
  }));
  return (
    <Chart
      title="MRR by sales channel"
      summary="A reseller’s customers pay the reseller’s price, which Microsoft does not report; the list price is counted."
      table={{
        heads: ["Channel", "Subscriptions", "MRR"],
        rows: rows.map(({ name, subscriptions, text, link }) => ({
          name,
          cells: [{ text: formatNumber(subscriptions), link }, { text }],
        })),
      }}
    >
      <HorizontalBars
        rows={rows.map(({ name, monthly, text, link }) => ({
          name,
          parts: [{ tone: "first", value: Number(monthly) }],
          text,
          link,
        }))}
      />
    </Chart>
  );
}

function Definitions() {
  return (
    <details className={styles.definitions}>
      <summary>How revenue is counted</summary>
      <dl>
        <dt>MRR</dt>
        <dd>
          Microsoft’s price for each subscription’s plan, term and market, times its seats, divided by the months of the
          term. Subscribed and Suspended subscriptions count; free trials and test purchases do not, and usage is not
          included. ARR is 12 times the MRR.
        </dd>
        <dt>New, Reactivation, Churn</dt>
        <dd>
          A customer’s first recurring revenue, its return after it had none, and the end of its last subscription. A
          customer is an organization, or a person with a personal account.
        </dd>
        <dt>Expansion, Contraction</dt>
        <dd>
          More or less recurring revenue of a customer who stays: seats, plans, prices, and further subscriptions.
        </dd>
        <dt>Moved</dt>
        <dd>The same revenue on another plan, sales channel or currency.</dd>
        <dt>At risk</dt>
        <dd>
          MRR of subscriptions that Microsoft has suspended because a payment failed, and of those that end with their
          term.
        </dd>
        <dt>Months</dt>
        <dd>In UTC. A subscription that was active before Marketdesk first saw it counts from its purchase.</dd>
      </dl>
    </details>
  );
}
