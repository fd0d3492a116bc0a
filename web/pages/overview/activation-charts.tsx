import type { OverviewView } from "../../../shared/views/overview.ts";
import { countOf, formatDuration, formatNumber } from "../../text/format.ts";
import { formatPercent, type ListLink } from "./chart-data.ts";
import { ChartNumber, Chart } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";

type Props = { overview: OverviewView; offer: string | undefined };

/** The funnel from purchase to use. */
export function FunnelChart({ overview, offer }: Props) {
  const { cohort, from, to } = overview;
  const purchasedFilter = { purchasedFrom: from, purchasedTo: to, offer, test: false };
  const share = (count: number) => (cohort.purchased === 0 ? "" : ` (${formatPercent(count / cohort.purchased)})`);
  const steps: { name: string; count: number; link: ListLink }[] = [
    { name: "Purchased", count: cohort.purchased, link: { to: "/subscriptions", search: purchasedFilter } },
    {
      name: "Activated",
      count: cohort.activated,
      link: { to: "/subscriptions", search: { ...purchasedFilter, activated: true } },
    },
    {
      name: "Not ended",
      count: cohort.live,
      link: { to: "/subscriptions", search: { ...purchasedFilter, activated: true, liveOn: to } },
    },
  ];
  return (
    <Chart
      title="From purchase to use"
      summary={`${formatNumber(cohort.activated)} of ${formatNumber(cohort.purchased)} purchases in this period were activated.`}
      table={{
        heads: ["Step", "Subscriptions"],
        rows: steps.map(({ name, count, link }) => ({ name, cells: [{ text: formatNumber(count), link }] })),
      }}
    >
      <HorizontalBars
        rows={steps.map(({ name, count, link }) => ({
          name,
          parts: [{ tone: "first", value: count }],
          text: `${formatNumber(count)}${share(count)}`,
          link,
        }))}
      />
    </Chart>
  );
}

const minuteMs = 60_000;
const timeLabels: Record<number, string> = {
  [minuteMs]: "a minute",
  [10 * minuteMs]: "10 minutes",
  [60 * minuteMs]: "an hour",
  [24 * 60 * minuteMs]: "a day",
  [7 * 24 * 60 * minuteMs]: "a week",
  [30 * 24 * 60 * minuteMs]: "30 days",
};

export function ActivationChart({ overview, offer }: Props) {
  const { within, medianMs, p90Ms } = overview.activation;
  const all = within.reduce((sum, { count }) => sum + count, 0);
  const link: ListLink = {
    to: "/subscriptions",
    search: { activatedFrom: overview.from, activatedTo: overview.to, offer, test: false },
  };
  const nameOf = (upToMs: number | null) =>
    upToMs === null ? "Longer" : `Within ${timeLabels[upToMs] ?? formatDuration(upToMs)}`;
  return (
    <Chart
      title="Time from purchase to activation"
      summary={
        <>
          <ChartNumber link={link}>{countOf(all, "subscription")}</ChartNumber> activated in this period.
          {medianMs !== null && p90Ms !== null
            ? ` Median ${formatDuration(medianMs)}, 90th percentile ${formatDuration(p90Ms)}.`
            : " Only activations that Marketdesk observed are included."}
        </>
      }
      table={{
        heads: ["Time", "Subscriptions"],
        rows: within.map(({ upToMs, count }) => ({ name: nameOf(upToMs), cells: [{ text: formatNumber(count) }] })),
      }}
    >
      <HorizontalBars
        rows={within.map(({ upToMs, count }) => ({ name: nameOf(upToMs), parts: [{ tone: "first", value: count }] }))}
      />
    </Chart>
  );
}
