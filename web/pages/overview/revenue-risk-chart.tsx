/** What is at risk of the MRR. */
import type { MoneyState } from "../../../shared/money.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { formatMoney } from "../../text/money.ts";
import { Chart, ChartNumber } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";
import { type RevenueChartProps, revenueListOf } from "./revenue-list-link.ts";

const riskStates: { state: MoneyState; name: string }[] = [
  { state: "suspended", name: "Suspended, payment failed" },
  { state: "ending", name: "Ends without renewal" },
  { state: "trial", name: "Free trials, not counted yet" },
  { state: "pending", name: "Not activated, not counted yet" },
];

export function RevenueRiskChart({ revenue, filters, currency }: RevenueChartProps) {
  const { states, endingSoon, months, today } = revenue;
  const money = (amount: string) => formatMoney(amount, currency);
  const none = { subscriptions: 0, monthly: "0" };
  const last = months.at(-1);
  const rows = [
    ...riskStates.map(({ state, name }) => ({
      name,
      ...(states[state] ?? none),
      link: revenueListOf({ filters, currency }, { money: state }),
    })),
    {
      name: "Ends without renewal, in the next 30 days",
      ...endingSoon,
      link: revenueListOf({ filters, currency }, { money: "ending", endsFrom: today, endsTo: endingSoon.to }),
    },
  ];
  const contraction = last?.movements.contraction ?? "0";
  return (
    <Chart
      title="At risk"
      summary={
        <>
          Of the MRR, <ChartNumber link={rows[0]?.link}>{money(states.suspended?.monthly ?? "0")}</ChartNumber> is
          suspended and <ChartNumber link={rows[1]?.link}>{money(states.ending?.monthly ?? "0")}</ChartNumber> ends
          without renewal.
          {last && Number(contraction) !== 0 && (
            <>
              {" "}
              Fewer seats or smaller plans this month:{" "}
              <ChartNumber
                link={revenueListOf({ filters, currency }, { movement: "contraction", movedIn: last.month })}
              >
                {money(contraction)}
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
