import { Link } from "@tanstack/react-router";
import { scaleBand } from "d3-scale";
import { formatNumber } from "../../text/format.ts";
import { ChartFrame, type Plot, AxisLabels } from "./axes.tsx";
import type { ListLink } from "./chart-data.ts";
import type { Tone } from "./chart.tsx";
import * as styles from "./overview.module.css";

export type Series = {
  name: string;
  tone: Tone;
  values: number[];
  /** The value in words; by default as a number. */
  textOf?(index: number): string;
  linkOf(index: number): ListLink | null;
};
type Props = { labels: string[]; series: Series[]; isStacked?: boolean };

/** A bar chart from zero: grouped, or stacked if the series are parts of a whole. */
export function BarChart(props: Props) {
  const { labels, series, isStacked = false } = props;
  const heightAt = (index: number) => {
    const values = series.map(({ values: own }) => own[index] ?? 0);
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  };
  const max = Math.max(0, ...labels.map((_label, index) => heightAt(index)));
  return <ChartFrame max={max}>{(plot) => <Bars plot={plot} {...props} />}</ChartFrame>;
}

function Bars({ plot, labels, series, isStacked = false }: Props & { plot: Plot }) {
  const x = scaleBand(
    labels.map((_label, index) => index),
    [plot.left, plot.right],
  ).padding(0.25);
  const each = isStacked ? x.bandwidth() : x.bandwidth() / series.length;
  return (
    <>
      <AxisLabels plot={plot} labels={labels} at={(index) => (x(index) ?? 0) + x.bandwidth() / 2} />
      {series.map((one, place) => (
        <g key={one.name} data-series={one.tone}>
          {one.values.map((value, index) => {
            if (value === 0) return null;
            const below = isStacked
              ? series.slice(0, place).reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
              : 0;
            const bar = (
              <rect
                className={styles.bar}
                x={(x(index) ?? 0) + (isStacked ? 0 : place * each)}
                y={plot.y(below + value)}
                width={Math.max(1, each - (isStacked ? 0 : 1))}
                height={Math.max(1, plot.y(below) - plot.y(below + value))}
              >
                <title>{`${labels[index]}: ${one.name} ${one.textOf?.(index) ?? formatNumber(value)}`}</title>
              </rect>
            );
            const link = one.linkOf(index);
            const key = `${labels[index]} ${index}`;
            if (!link) return <g key={key}>{bar}</g>;
            return (
              <Link key={key} {...link} tabIndex={-1} preload={false}>
                {bar}
              </Link>
            );
          })}
        </g>
      ))}
    </>
  );
}
