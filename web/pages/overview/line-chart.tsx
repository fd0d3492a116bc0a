import { Link } from "@tanstack/react-router";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { useState } from "react";
import { formatNumber } from "../../text/format.ts";
import { ChartFrame, type Plot, AxisLabels } from "./axes.tsx";
import type { ListLink } from "./chart-data.ts";
import type { Tone } from "./chart.tsx";
import * as styles from "./overview.module.css";

type Series = { name: string; tone: Tone; values: (number | null)[] };
type Props = { labels: string[]; series: Series[]; linkOf(index: number): ListLink };

/** A line chart. Hovering shows the values of a day, and a click opens its list. */
export function LineChart(props: Props) {
  const max = Math.max(0, ...props.series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return <ChartFrame max={max}>{(plot) => <Lines plot={plot} {...props} />}</ChartFrame>;
}

function Lines({ plot, labels, series, linkOf }: Props & { plot: Plot }) {
  const [at, setAt] = useState<number | null>(null);
  const last = labels.length - 1;
  const x = scaleLinear([0, Math.max(last, 1)], [plot.left, plot.right]);
  const index = at ?? last;
  const isOnRight = x(index) > (plot.left + plot.right) / 2;
  const path = line<number | null>(
    (_value, position) => x(position),
    (value) => plot.y(value ?? 0),
  ).defined((value) => value !== null);
  return (
    <>
      <AxisLabels plot={plot} labels={labels} at={x} />
      {series.map(({ name, tone, values }) => (
        <g key={name} data-series={tone}>
          <path className={styles.line} d={path(values) ?? undefined} />
          {values[index] != null && <circle cx={x(index)} cy={plot.y(values[index])} r={3.5} />}
        </g>
      ))}
      {at !== null && (
        <g className={styles.reading}>
          <line x1={x(at)} x2={x(at)} y1={0} y2={plot.bottom} />
          <text x={x(at) + (isOnRight ? -8 : 8)} y={10} textAnchor={isOnRight ? "end" : "start"}>
            {[labels[at], ...series.map(({ name, values }) => `${name} ${numberOr(values[at])}`)].join(" · ")}
          </text>
        </g>
      )}
      <Link
        {...linkOf(index)}
        tabIndex={-1}
        preload={false}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const share = (event.clientX - box.left) / Math.max(1, box.width);
          setAt(Math.min(last, Math.max(0, Math.round(share * last))));
        }}
        onPointerLeave={() => setAt(null)}
      >
        <rect
          className={styles.sensor}
          x={plot.left}
          y={0}
          width={Math.max(0, plot.right - plot.left)}
          height={plot.bottom}
        />
      </Link>
    </>
  );
}

const numberOr = (value: number | null | undefined) => (value == null ? "not known" : formatNumber(value));
