/** The parts of the MRR: by offer and plan, and by sales channel. */
import type { SalesChannel } from "../../../shared/money.ts";
import { formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import type { ListLink } from "./chart-data.ts";
import { Chart } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { type RevenueChartProps, revenueListOf } from "./revenue-list-link.ts";

const channelLabels: Record<SalesChannel, string> = {
  direct: "Direct",
  reseller: "Reseller (CSP), at list price",
  unknown: "Channel not reported",
};

/** More plans than this are only in the table. */
const maxBars = 8;

export function RevenuePlanChart({
  revenue,
  overview,
  currency,
}: Pick<RevenueChartProps, "revenue" | "currency"> & { overview: OverviewView }) {
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

export function RevenueChannelChart({ revenue, filters, currency }: RevenueChartProps) {
  const rows = revenue.byChannel.map(({ channel, subscriptions, monthly }) => ({
    name: channelLabels[channel],
    subscriptions,
    monthly,
    text: formatMoney(monthly, currency),
    link: revenueListOf(
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
