import type { Day } from "../../../shared/day.ts";
import type { OverviewFilters } from "../../../shared/filters.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { countOf, formatDay, formatNumber, formatShortDay } from "../../text/format.ts";
import { BarChart } from "./bar-chart.tsx";
import {
  conversionRate,
  formatPercent,
  type ListLink,
  flowLink,
  type DayRange,
  splitIntoRanges,
  sumOf,
} from "./chart-data.ts";
import { LineChart } from "./line-chart.tsx";
import { ChartNumber, Chart, type Tone } from "./chart.tsx";

type Props = { overview: OverviewView; offer: string | undefined };
type FlowProps = Props & { range: NonNullable<OverviewFilters["days"]> };

const rangeLabel = ({ from, to }: DayRange) =>
  from === to ? formatDay(from) : `${formatDay(from)} to ${formatDay(to)}`;

/** The list of subscriptions that had not ended on a day. */
function liveOn(day: Day, offer: string | undefined): ListLink {
  return { to: "/subscriptions", search: { liveOn: day, offer, test: false } };
}

export function SubscriptionsChart({ overview, offer }: Props) {
  const { states } = overview;
  const now = states.at(-1);
  const before = states[0];
  if (!now || !before) return null;
  const change = now.subscriptions - before.subscriptions;
  return (
    <Chart
      title="Subscriptions by day"
      summary={
        <>
          <ChartNumber link={liveOn(now.day, offer)}>{countOf(now.subscriptions, "subscription")}</ChartNumber> not
          ended,{" "}
          {change === 0 ? "as many as" : `${formatNumber(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than`} on{" "}
          {formatDay(before.day)}.
        </>
      }
      table={{
        heads: ["Day", "Not ended"],
        rows: states.toReversed().map(({ day, subscriptions }) => ({
          name: formatDay(day),
          cells: [{ text: formatNumber(subscriptions), link: liveOn(day, offer) }],
        })),
      }}
    >
      <LineChart
        labels={states.map(({ day }) => formatShortDay(day))}
        series={[{ name: "not ended", tone: "first", values: states.map(({ subscriptions }) => subscriptions) }]}
        linkOf={(index) => liveOn(states[index]?.day ?? now.day, offer)}
      />
    </Chart>
  );
}

export function SeatsChart({ overview, offer }: Props) {
  const { states } = overview;
  const now = states.at(-1);
  if (!now) return null;
  const known = states.filter(({ seats }) => seats !== null);
  const linkOf = (day: Day): ListLink => ({
    to: "/subscriptions",
    search: { liveOn: day, offer, test: false, sort: "quantity", order: "desc" },
  });
  return (
    <Chart
      title="Seats"
      summary={
        <>
          <ChartNumber link={linkOf(now.day)}>{countOf(now.seats ?? 0, "seat")}</ChartNumber> in subscriptions that are
          Subscribed or Suspended.
        </>
      }
      note={
        known.length < states.length &&
        (known.length > 1
          ? `Seats are recorded since ${formatDay(known[0]?.day ?? now.day)}; earlier values are unknown.`
          : "Seats are recorded from today on; earlier values are unknown.")
      }
      table={{
        heads: ["Day", "Seats"],
        rows: known.toReversed().map(({ day, seats }) => ({
          name: formatDay(day),
          cells: [{ text: formatNumber(seats ?? 0), link: linkOf(day) }],
        })),
      }}
    >
      <LineChart
        labels={states.map(({ day }) => formatShortDay(day))}
        series={[{ name: "seats", tone: "first", values: states.map(({ seats }) => seats) }]}
        linkOf={(index) => linkOf(states[index]?.day ?? now.day)}
      />
    </Chart>
  );
}

type FlowName = Parameters<typeof flowLink>[0];

/** Grouped bars by day, week or month. */
function Flows(props: FlowProps & { shown: { flow: FlowName; name: string; tone: Tone }[] }) {
  const { overview, offer, range, shown } = props;
  const ranges = splitIntoRanges(
    overview.flows.map(({ day }) => day),
    range,
  );
  return (
    <BarChart
      labels={ranges.map(({ from }) => formatShortDay(from))}
      series={shown.map(({ flow, name, tone }) => ({
        name,
        tone,
        values: ranges.map((dayRange) => sumOf(overview.flows, flow, dayRange)),
        linkOf: (index) => flowLink(flow, ranges[index] as DayRange, offer),
      }))}
    />
  );
}

function flowTable({ overview, offer, range }: FlowProps, shown: { flow: FlowName; name: string }[]) {
  const ranges = splitIntoRanges(
    overview.flows.map(({ day }) => day),
    range,
  );
  return {
    heads: [range === "30" ? "Day" : range === "90" ? "Week" : "Month", ...shown.map(({ name }) => name)],
    rows: ranges.toReversed().map((dayRange) => ({
      name: rangeLabel(dayRange),
      cells: shown.map(({ flow }) => ({
        text: formatNumber(sumOf(overview.flows, flow, dayRange)),
        link: flowLink(flow, dayRange, offer),
      })),
    })),
  };
}

const wholeOf = ({ from, to }: OverviewView): DayRange => ({ from, to });

export function FlowChart(props: FlowProps) {
  const { overview, offer } = props;
  const shown = [
    { flow: "purchased", name: "New", tone: "first" },
    { flow: "ended", name: "Lost", tone: "second" },
  ] as const;
  return (
    <Chart
      title="New and lost"
      summary={
        <>
          <ChartNumber link={flowLink("purchased", wholeOf(overview), offer)}>
            {formatNumber(sumOf(overview.flows, "purchased"))}
          </ChartNumber>{" "}
          purchased,{" "}
          <ChartNumber link={flowLink("ended", wholeOf(overview), offer)}>
            {formatNumber(sumOf(overview.flows, "ended"))}
          </ChartNumber>{" "}
          ended.
        </>
      }
      legend={shown.map(({ name, tone }) => ({ name, tone }))}
      table={flowTable(props, [...shown])}
    >
      <Flows {...props} shown={[...shown]} />
    </Chart>
  );
}

export function SuspendedChart(props: FlowProps) {
  const { overview, offer } = props;
  const now = overview.states.at(-1)?.suspended ?? 0;
  const shown = [
    { flow: "suspended", name: "Suspended", tone: "second" },
    { flow: "reinstated", name: "Reinstated", tone: "first" },
  ] as const;
  return (
    <Chart
      title="Suspended for payment"
      summary={
        <>
          <ChartNumber link={{ to: "/subscriptions", search: { status: "Suspended", offer, test: false } }}>
            {formatNumber(now)}
          </ChartNumber>{" "}
          suspended now;{" "}
          <ChartNumber link={flowLink("suspended", wholeOf(overview), offer)}>
            {formatNumber(sumOf(overview.flows, "suspended"))}
          </ChartNumber>{" "}
          suspended and{" "}
          <ChartNumber link={flowLink("reinstated", wholeOf(overview), offer)}>
            {formatNumber(sumOf(overview.flows, "reinstated"))}
          </ChartNumber>{" "}
          reinstated in this period, as observed by Marketdesk.
        </>
      }
      legend={shown.map(({ name, tone }) => ({ name, tone }))}
      table={flowTable(props, [...shown])}
    >
      <Flows {...props} shown={[...shown]} />
    </Chart>
  );
}

export function TrialChart(props: FlowProps) {
  const { overview, offer } = props;
  const conversion = conversionRate(overview.flows);
  const shown = [
    { flow: "trialsConverted", name: "Became paid", tone: "first" },
    { flow: "trialsEnded", name: "Ended unpaid", tone: "second" },
  ] as const;
  const trials = overview.groups
    .filter(({ isFreeTrial, status }) => isFreeTrial && status === "Subscribed")
    .reduce((sum, { subscriptions }) => sum + subscriptions, 0);
  return (
    <Chart
      title="Trials"
      summary={
        <>
          {conversion === null ? (
            "No trials ended in this period. "
          ) : (
            <>
              {formatPercent(conversion)} converted:{" "}
              <ChartNumber link={flowLink("trialsConverted", wholeOf(overview), offer)}>
                {formatNumber(sumOf(overview.flows, "trialsConverted"))}
              </ChartNumber>{" "}
              converted,{" "}
              <ChartNumber link={flowLink("trialsEnded", wholeOf(overview), offer)}>
                {formatNumber(sumOf(overview.flows, "trialsEnded"))}
              </ChartNumber>{" "}
              ended.{" "}
            </>
          )}
          <ChartNumber
            link={{ to: "/subscriptions", search: { status: "Subscribed", trial: true, offer, test: false } }}
          >
            {formatNumber(trials)}
          </ChartNumber>{" "}
          {trials === 1 ? "is" : "are"} running.
        </>
      }
      legend={shown.map(({ name, tone }) => ({ name, tone }))}
      table={flowTable(props, [...shown])}
    >
      <Flows {...props} shown={[...shown]} />
    </Chart>
  );
}
