import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { answerWindow, answerWindowMs } from "../../../shared/lifecycle.ts";
import type { HourOfWebhook } from "../../../shared/views/overview.ts";
import { Problem } from "../../components/problem.tsx";
import { formatMoment, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { BarChart } from "./bar-chart.tsx";
import type { ListLink } from "./chart-data.ts";
import { ChartNumber, Chart } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";

const hourMs = 3_600_000;
/** The number of hours in the chart. */
const maxHours = 48;
const hourLabels = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit" });

const parts = [
  { part: "accepted", name: "Accepted", tone: "first", outcome: "accepted" },
  { part: "duplicates", name: "Duplicates", tone: "third", outcome: "duplicate" },
  { part: "unprocessable", name: "Unrecognized", tone: "second", outcome: "unprocessable" },
] as const;
type Part = (typeof parts)[number];

function linkOf(hours: HourOfWebhook[], { outcome }: Part): ListLink {
  const from = hours[0]?.hour ?? new Date(0).toISOString();
  const to = new Date(Date.parse(hours.at(-1)?.hour ?? from) + hourMs).toISOString();
  return { to: "/deliveries", search: { outcome, from, to } };
}

const useHours = () => useQuery(trpc.overview.webhook.queryOptions({}));
const sumOf = (hours: HourOfWebhook[], part: keyof Omit<HourOfWebhook, "hour">) =>
  hours.reduce((sum, hour) => sum + (hour[part] ?? 0), 0);

export function DeliveryChart() {
  const hours = useHours();
  if (hours.error && !hours.data) return <Problem error={hours.error} onRetry={() => void hours.refetch()} />;
  if (!hours.data) return <Skeleton height={352} />;
  const all = hours.data;
  const shownHours = all.slice(-maxHours);
  const refused = sumOf(all, "refused");
  return (
    <Chart
      title="Webhook deliveries"
      summary={
        <>
          {parts.map((part, index) => (
            <span key={part.part}>
              {index > 0 && ", "}
              {index === 0 ? part.name : part.name.toLowerCase()}{" "}
              <ChartNumber link={linkOf(all, part)}>{formatNumber(sumOf(all, part.part))}</ChartNumber>
            </span>
          ))}
          , refused <ChartNumber link={{ to: "/settings/connection", search: {} }}>{formatNumber(refused)}</ChartNumber>{" "}
          in the last 7 days. The chart shows the last {maxHours} hours.
        </>
      }
      note="Recorded every 15 minutes. Refused calls are counted by reason."
      legend={parts.map(({ name, tone }) => ({ name, tone }))}
      table={{
        heads: ["Hour", ...parts.map(({ name }) => name), "Refused"],
        rows: shownHours
          .toReversed()
          .filter((hour) => parts.some(({ part }) => hour[part] > 0) || (hour.refused ?? 0) > 0)
          .map((hour) => ({
            name: formatMoment(Date.parse(hour.hour)),
            cells: [
              ...parts.map((part) => ({ text: formatNumber(hour[part.part]), link: linkOf([hour], part) })),
              { text: hour.refused === null ? "not known" : formatNumber(hour.refused) },
            ],
          })),
      }}
    >
      <BarChart
        isStacked
        labels={shownHours.map(({ hour }) => hourLabels.format(Date.parse(hour)))}
        series={parts.map((part) => ({
          name: part.name,
          tone: part.tone,
          values: shownHours.map((hour) => hour[part.part]),
          linkOf: (index) => linkOf([shownHours[index] as HourOfWebhook], part),
        }))}
      />
    </Chart>
  );
}

const answers = [
  { part: "within1s", name: "Within 1 s", tone: "first" },
  { part: "within3s", name: "Within 3 s", tone: "first" },
  { part: "within10s", name: `Within ${answerWindowMs / 1_000} s`, tone: "third" },
  { part: "later", name: "Later", tone: "second" },
] as const;

export function AnswerChart() {
  const hours = useHours();
  if (!hours.data) return hours.error ? null : <Skeleton height={352} />;
  const counts = answers.map((answer) => ({ ...answer, count: sumOf(hours.data, answer.part) }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const inTime = all - sumOf(hours.data, "later");
  return (
    <Chart
      title="Response time to customer changes"
      summary={
        all === 0
          ? "No customer changed plan or seats in the last 7 days."
          : `${formatNumber(inTime)} of ${formatNumber(all)} customer changes in the last 7 days were answered within Microsoft's ${answerWindow}.`
      }
      table={{
        heads: ["Time", "Changes"],
        rows: counts.map(({ name, count }) => ({ name, cells: [{ text: formatNumber(count) }] })),
      }}
    >
      <HorizontalBars rows={counts.map(({ name, tone, count }) => ({ name, parts: [{ tone, value: count }] }))} />
    </Chart>
  );
}
