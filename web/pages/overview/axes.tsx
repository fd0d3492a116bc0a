/** Shared by line and bar charts: frame, vertical axis from zero, and labels. */
import { useElementSize } from "@mantine/hooks";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { formatNumber } from "../../text/format.ts";
import * as styles from "./overview.module.css";

export const height = 208;
const margin = { top: 12, right: 8, bottom: 24 };
const characterWidth = 7;

export type Plot = { width: number; left: number; right: number; bottom: number; y: ScaleLinear<number, number> };

/** The width of the vertical axis, in which each number is whole: millions need more than thousands. */
export function axisWidth(numbers: readonly string[]): number {
  return Math.max(48, 8 + characterWidth * Math.max(0, ...numbers.map(({ length }) => length)));
}

/** Draws at the container's width, so that text keeps its size. */
export function ChartFrame({ max, children }: { max: number; children(plot: Plot): ReactNode }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const bottom = height - margin.bottom;
  // Only integers are counted, so ticks are integers.
  const y = scaleLinear([0, Math.max(max, 4)], [bottom, margin.top]).nice(4);
  const ticks = y.ticks(4);
  const left = axisWidth(ticks.map(formatNumber));
  const plot: Plot = { width, left, right: Math.max(left, width - margin.right), bottom, y };
  return (
    <div className={styles.drawing} ref={ref}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {ticks.map((tick) => (
            <g key={tick} className={styles.mark}>
              <line x1={plot.left} x2={plot.right} y1={y(tick)} y2={y(tick)} />
              <text x={plot.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {max === 0 && (
            <text className={styles.none} x={(plot.left + plot.right) / 2} y={bottom / 2} textAnchor="middle">
              None in this period
            </text>
          )}
          {children(plot)}
        </svg>
      )}
    </div>
  );
}

const minLabelRoom = 84;

/** As many labels as fit below the chart. */
export function AxisLabels({ plot, labels, at }: { plot: Plot; labels: string[]; at(index: number): number }) {
  // A label at an end of the axis is moved inward, by up to half of its width.
  const room = 1.5 * characterWidth * Math.max(0, ...labels.map(({ length }) => length));
  const fits = Math.max(1, Math.floor((plot.right - plot.left) / Math.max(minLabelRoom, room)));
  const step = Math.max(1, Math.ceil(labels.length / fits));
  // Counted from the end, which is today.
  const shown = labels
    .map((label, index) => ({ label, index }))
    .filter(({ index }) => (labels.length - 1 - index) % step === 0);
  return shown.map(({ label, index }) => {
    const x = at(index);
    const anchor = x > plot.right - 28 ? "end" : x < plot.left + 28 ? "start" : "middle";
    return (
      <text key={index} x={anchor === "end" ? plot.right : x} y={plot.bottom + 18} textAnchor={anchor}>
        {label}
      </text>
    );
  });
}
