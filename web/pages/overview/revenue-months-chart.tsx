/** MRR by month, with its movements. */
import type { MovementKind } from "../../../shared/money.ts";
import { formatMoney } from "../../text/money.ts";
import { formatMonth, movementLabels } from "../../text/revenue-labels.ts";
import { BarChart } from "./bar-chart.tsx";
import { Chart, ChartNumber } from "./chart.tsx";
import { type RevenueChartProps, revenueListOf } from "./revenue-list-link.ts";

const shownMovements = ["new", "expansion", "reactivation", "contraction", "churn", "moved"] as const;

export function RevenueMonthsChart({ revenue, filters, currency }: RevenueChartProps) {
  const { months, mrr, arr } = revenue;
  const money = (amount: string) => formatMoney(amount, currency);
  const link = (month: string, movement: MovementKind) =>
    revenueListOf({ filters, currency }, { movement, movedIn: month });
  const last = months.at(-1);
  return (
    <Chart
      title="MRR by month"
      summary={
        <>
          MRR now{" "}
          <strong>
            <ChartNumber link={revenueListOf({ filters, currency }, { money: "counted" })}>{money(mrr)}</ChartNumber>
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
