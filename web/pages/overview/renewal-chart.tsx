import type { Day } from "../../../shared/day.ts";
import type { OverviewView, RenewalsOfWeek } from "../../../shared/views/overview.ts";
import { formatDay, formatNumber, formatShortDay } from "../../text/format.ts";
import { BarChart } from "./bar-chart.tsx";
import type { ListLink } from "./chart-data.ts";
import { ChartNumber, Chart } from "./chart.tsx";

type Props = { overview: OverviewView; offer: string | undefined };

const parts = [
  { part: "renewing", name: "Auto-renew", tone: "first", renews: true },
  { part: "ending", name: "End", tone: "second", renews: false },
] as const;

export function RenewalChart({ overview, offer }: Props) {
  const { renewals } = overview;
  const sumOf = (part: (typeof parts)[number]["part"]) => renewals.reduce((sum, week) => sum + week[part], 0);
  const unknown = renewals.reduce((sum, week) => sum + week.unknown, 0);
  const linkOf = (from: Day, to: Day, renews: boolean | "unknown"): ListLink => ({
    to: "/subscriptions",
    search: {
      status: "Subscribed",
      endsFrom: from,
      endsTo: to,
      ...(renews === "unknown" ? { unknown: "renewal" } : { renews }),
      offer,
      test: false,
      sort: "termEnd",
    },
  });
  const first = renewals[0];
  const last = renewals.at(-1);
  if (!first || !last) return null;
  const weekLabels = ({ from, to }: RenewalsOfWeek) => `${formatDay(from)} to ${formatDay(to)}`;
  return (
    <Chart
      title="Upcoming renewals"
      summary={
        <>
          Terms that end in the next {renewals.length} weeks:{" "}
          <ChartNumber link={linkOf(first.from, last.to, true)}>{formatNumber(sumOf("renewing"))}</ChartNumber> with
          auto-renewal,{" "}
          <ChartNumber link={linkOf(first.from, last.to, false)}>{formatNumber(sumOf("ending"))}</ChartNumber> without.
        </>
      }
      note={
        unknown > 0 && (
          <>
            Auto-renewal is unknown for{" "}
            <ChartNumber link={linkOf(first.from, last.to, "unknown")}>{formatNumber(unknown)}</ChartNumber> more.
          </>
        )
      }
      legend={parts.map(({ name, tone }) => ({ name, tone }))}
      table={{
        heads: ["Week", ...parts.map(({ name }) => name)],
        rows: renewals.map((week) => ({
          name: weekLabels(week),
          cells: parts.map(({ part, renews }) => ({
            text: formatNumber(week[part]),
            link: linkOf(week.from, week.to, renews),
          })),
        })),
      }}
    >
      <BarChart
        isStacked
        labels={renewals.map(({ from }) => formatShortDay(from))}
        series={parts.map(({ part, name, tone, renews }) => ({
          name,
          tone,
          values: renewals.map((week) => week[part]),
          linkOf: (index) => linkOf(renewals[index]?.from ?? first.from, renewals[index]?.to ?? last.to, renews),
        }))}
      />
    </Chart>
  );
}
