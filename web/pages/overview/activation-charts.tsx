import type { OverviewView } from "../../../shared/views/overview.ts";
import { countOf, formatDuration, formatNumber } from "../../text/format.ts";
import type { ListLink } from "./chart-data.ts";
import { ChartNumber, Chart } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";

type Props = { overview: OverviewView; offer: string | undefined };

/** Of those purchased in these days, how many got how far. */
export function FunnelChart({ overview, offer }: Props) {
  const { cohort, from, to } = overview;
  const purchasedFilter = { purchasedFrom: from, purchasedTo: to, offer, test: false };
  const share = (count: number) =>
    cohort.purchased === 0 ? "" : ` (${Math.round((count / cohort.purchased) * 100)} %)`;
  const steps: { name: string; count: number; link: ListLink }[] = [
    { name: "Purchased", count: cohort.purchased, link: { to: "/subscriptions", search: purchasedFilter } },
    {
      name: "Became active",
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
      summary={`Of those purchased in these days: ${countOf(cohort.activated, "has", "have")} become active.`}
      table={{
        heads: ["Step", "Subscriptions"],
        rows: steps.map(({ name, count, link }) => ({ name, cells: [{ text: formatNumber(count), link }] })),
      }}
    >
      <HorizontalBars
        rows={steps.map(({ name, count, link }) => ({
          name,
          parts: [{ tone: "first", value: count }],
          words: `${formatNumber(count)}${share(count)}`,
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
          <ChartNumber link={link}>{countOf(all, "subscription")}</ChartNumber> became active in these days.
          {medianMs !== null && p90Ms !== null
            ? ` Half of them within ${formatDuration(medianMs)}, nine of ten within ${formatDuration(p90Ms)}.`
            : " The time is known for those that the desk saw become active."}
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
