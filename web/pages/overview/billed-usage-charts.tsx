/** Charts of billed usage: by month at list prices, by dimension, and the months of a dimension in its unit. */
import { isolated } from "../../../shared/foreign-text.ts";
import type { BilledUsageFilters } from "../../../shared/filters.ts";
import type { BilledSum } from "../../../shared/usage.ts";
import type { BilledDimensionView, BilledUsageView } from "../../../shared/views/billed-usage.ts";
import type { OverviewView } from "../../../shared/views/overview.ts";
import { formatMoney } from "../../text/money.ts";
import { formatMonth } from "../../text/revenue-labels.ts";
import { quantityIn } from "../../text/quantity.ts";
import { BarChart, type Series } from "./bar-chart.tsx";
import { billedUsageLink } from "./chart-data.ts";
import { Chart, ChartNumber, type Tone } from "./chart.tsx";
import { HorizontalBars } from "./horizontal-bars.tsx";

/** The last tone is for all further dimensions together. */
const tones = ["first", "third", "second"] as const satisfies Tone[];

type ChartContext = BilledUsageFilters & { hasOffers: boolean; overview: OverviewView };
type ChartProps = { usage: BilledUsageView; known: ChartContext };

export const keyOf = ({ offerId, dimension }: BilledDimensionView) => JSON.stringify([offerId, dimension]);

function nameOf({ offerId, name }: BilledDimensionView, { hasOffers, overview }: ChartContext): string {
  return hasOffers ? `${isolated(name)} (${isolated(overview.offerNames[offerId] ?? offerId)})` : isolated(name);
}

/** At list price; without an amount, why. */
function amountIn({ amount, quantity, unpriced }: BilledSum, currency: string | null): string {
  if (amount !== null && currency !== null) return formatMoney(amount, currency);
  if (quantity === "0") return "–";
  return unpriced === quantity ? "price not known" : "price in another currency";
}

export function AmountChart({ usage, known, currency }: ChartProps & { currency: string }) {
  const { months, dimensions } = usage;
  const money = (amount: string | null) => formatMoney(amount ?? "0", currency);
  const priced = dimensions.filter(({ total }) => total.amount !== null);
  const shown = priced.length > tones.length ? priced.slice(0, tones.length - 1) : priced;
  const others = priced.slice(shown.length);
  const series: Series[] = shown.map((dimension, index) => ({
    name: nameOf(dimension, known),
    tone: tones[index] ?? "second",
    values: dimension.months.map(({ amount }) => Number(amount ?? 0)),
    textOf: (month: number) => money(dimension.months[month]?.amount ?? null),
    linkOf: (month: number) => billedUsageLink(known, { month: months[month]?.month, currency }, dimension),
  }));
  if (others.length > 0)
    series.push({
      name: "Other dimensions",
      tone: "second",
      values: months.map((_month, index) =>
        others.reduce((sum, dimension) => sum + Number(dimension.months[index]?.amount ?? 0), 0),
      ),
      linkOf: () => null,
    });
  const [last, current] = months.slice(-2);
  const linked = (one: (typeof months)[number] | undefined) => (
    <ChartNumber link={one && Number(one.amount) !== 0 ? billedUsageLink(known, { month: one.month, currency }) : null}>
      {money(one?.amount ?? null)}
    </ChartNumber>
  );
  return (
    <Chart
      title="Billed usage by month"
      summary={
        <>
          This month <strong>{linked(current)}</strong>, last month {linked(last)}.
        </>
      }
      {...(series.length > 1 && { legend: series.map(({ name, tone }) => ({ name, tone })) })}
      table={{
        heads: ["Month", "At list price", ...priced.map((dimension) => nameOf(dimension, known))],
        rows: months
          .map(({ month, amount }, index) => ({
            name: formatMonth(month),
            cells: [
              { text: money(amount), link: Number(amount) === 0 ? null : billedUsageLink(known, { month, currency }) },
              ...priced.map((dimension) => {
                const own = dimension.months[index]?.amount ?? null;
                return {
                  text: own === null ? "–" : money(own),
                  link: own === null ? null : billedUsageLink(known, { month, currency }, dimension),
                };
              }),
            ],
          }))
          .toReversed(),
      }}
      note={[
        `Amounts in ${currency}, at the list price when Microsoft accepted the usage.`,
        dimensions.some(({ total }) => total.unpriced !== "0") && "Usage without a known price is not included.",
        usage.currencies.length > 1 &&
          `Nor is usage in ${usage.currencies.filter((other) => other !== currency).join(", ")}.`,
      ]
        .filter(Boolean)
        .join(" ")}
    >
      <BarChart isStacked labels={months.map(({ month }) => formatMonth(month))} series={series} />
    </Chart>
  );
}

/** More dimensions than this are only in the table. */
const maxBars = 8;

export function DimensionsChart({ usage, known }: ChartProps) {
  const { currency, months, dimensions } = usage;
  const since = months[0]?.month;
  const [last, current] = months.slice(-2);
  const lists = dimensions.map((dimension) => ({
    dimension,
    link: billedUsageLink(known, { since }, dimension),
    amountLink:
      dimension.total.amount === null || currency === null
        ? null
        : billedUsageLink(known, { since, currency }, dimension),
  }));
  const cellOf = (dimension: BilledDimensionView, month: string | undefined, index: number) => {
    const quantity = dimension.months.at(index)?.quantity ?? "0";
    return {
      text: quantityIn(quantity, dimension.unit),
      link: quantity === "0" ? null : billedUsageLink(known, { month }, dimension),
    };
  };
  return (
    <Chart
      title="Billed usage by dimension"
      summary="In the last 12 months, including this one."
      table={{
        heads: ["Dimension", "This month", "Last month", "12 months", "At list price", "Without a known price"],
        rows: lists.map(({ dimension, link, amountLink }) => ({
          name: nameOf(dimension, known),
          cells: [
            cellOf(dimension, current?.month, -1),
            cellOf(dimension, last?.month, -2),
            { text: quantityIn(dimension.total.quantity, dimension.unit), link },
            { text: amountIn(dimension.total, currency), link: amountLink },
            {
              text: quantityIn(dimension.total.unpriced, dimension.unit),
              link:
                dimension.total.unpriced === "0"
                  ? null
                  : billedUsageLink(known, { since, currency: "unknown" }, dimension),
            },
          ],
        })),
      }}
      note={[
        dimensions.length > maxBars && `${dimensions.length - maxBars} more dimensions are in the table.`,
        usage.deletedThrough !== null &&
          `Some hours up to ${formatMonth(usage.deletedThrough)} were deleted after their retention. They are counted, and no list shows them.`,
      ]
        .filter(Boolean)
        .join(" ")}
    >
      <HorizontalBars
        rows={lists.slice(0, maxBars).map(({ dimension, link, amountLink }) => ({
          name: `${nameOf(dimension, known)}: ${quantityIn(dimension.total.quantity, dimension.unit)}`,
          parts: [{ tone: "first", value: Number(dimension.total.amount ?? 0) }],
          text: amountIn(dimension.total, currency),
          link: amountLink ?? link,
        }))}
      />
    </Chart>
  );
}

export function DimensionChart({ usage, known, dimension }: ChartProps & { dimension: BilledDimensionView }) {
  const { currency, months } = usage;
  const { unit, total } = dimension;
  const text = (index: number) => quantityIn(dimension.months[index]?.quantity ?? "0", unit);
  const link = (index: number) =>
    dimension.months[index]?.quantity === "0"
      ? null
      : billedUsageLink(known, { month: months[index]?.month }, dimension);
  const lastIndex = months.length - 1;
  const name = nameOf(dimension, known);
  return (
    <Chart
      title={`${name} by month`}
      summary={
        <>
          This month{" "}
          <strong>
            <ChartNumber link={link(lastIndex)}>{text(lastIndex)}</ChartNumber>
          </strong>
          , last month <ChartNumber link={link(lastIndex - 1)}>{text(lastIndex - 1)}</ChartNumber>.
        </>
      }
      table={{
        heads: ["Month", unit ?? "Quantity", ...(currency === null ? [] : ["At list price"])],
        rows: dimension.months
          .map((sum, index) => ({
            name: formatMonth(months[index]?.month ?? ""),
            cells: [
              { text: quantityIn(sum.quantity, null), link: link(index) },
              ...(currency === null
                ? []
                : [
                    {
                      text: amountIn(sum, currency),
                      link:
                        sum.amount === null
                          ? null
                          : billedUsageLink(known, { month: months[index]?.month, currency }, dimension),
                    },
                  ]),
            ],
          }))
          .toReversed(),
      }}
      note={
        total.unpriced !== "0" && (
          <>
            The list price of{" "}
            <ChartNumber link={billedUsageLink(known, { since: months[0]?.month, currency: "unknown" }, dimension)}>
              {quantityIn(total.unpriced, unit)}
            </ChartNumber>{" "}
            was not known when Microsoft accepted them.
          </>
        )
      }
    >
      <BarChart
        labels={months.map(({ month }) => formatMonth(month))}
        series={[
          {
            name,
            tone: "first",
            values: dimension.months.map(({ quantity }) => Number(quantity)),
            textOf: text,
            linkOf: link,
          },
        ]}
      />
    </Chart>
  );
}
