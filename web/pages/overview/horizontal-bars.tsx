import { formatNumber } from "../../text/format.ts";
import { type ListLink } from "./chart-data.ts";
import { ChartNumber, type Tone } from "./chart.tsx";
import * as styles from "./overview.module.css";

type Row = {
  name: string;
  parts: { tone: Tone; value: number }[];
  /** Next to the bar; by default the sum of the parts. */
  text?: string;
  link?: ListLink | null;
};

/** Horizontal bars with name and number, for a few items with long names. */
export function HorizontalBars({ rows }: { rows: Row[] }) {
  const sumOf = ({ parts }: Row) => parts.reduce((sum, { value }) => sum + value, 0);
  const max = Math.max(1, ...rows.map(sumOf));
  return (
    <ul className={styles.rowBars}>
      {rows.map((row) => (
        <li key={row.name}>
          <span>{row.name}</span>
          <span className={styles.rowBarTrack} aria-hidden>
            {row.parts.map(({ tone, value }) => (
              <span key={tone} data-series={tone} style={{ width: `${(value / max) * 100}%` }} />
            ))}
          </span>
          <span className={styles.rowBarNumber}>
            <ChartNumber link={row.link}>{row.text ?? formatNumber(sumOf(row))}</ChartNumber>
          </span>
        </li>
      ))}
    </ul>
  );
}
