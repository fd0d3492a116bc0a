import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ListLink } from "./chart-data.ts";
import * as styles from "./overview.module.css";

export type Tone = "first" | "second" | "third";
type Cell = { text: string; link?: ListLink | null };
export type ChartTable = { heads: string[]; rows: { name: string; cells: Cell[] }[] };

type Props = {
  title: string;
  /** A sentence with the main numbers. */
  summary: ReactNode;
  legend?: { name: string; tone: Tone }[];
  table: ChartTable;
  /** Remarks about the data. */
  note?: ReactNode;
  children: ReactNode;
};

/** A chart with its numbers as a table, which is accessible to everyone. */
export function Chart({ title, summary, legend, table, note, children }: Props) {
  return (
    <section className={styles.chart} data-chart={title}>
      <h3>{title}</h3>
      <p className={styles.chartSummary}>{summary}</p>
      {legend && (
        <ul className={styles.chartLegend}>
          {legend.map(({ name, tone }) => (
            <li key={name} data-series={tone}>
              {name}
            </li>
          ))}
        </ul>
      )}
      {children}
      {note && <p className={styles.chartNote}>{note}</p>}
      <details>
        <summary>
          Numbers<span className="sr-only"> of {title}</span>
        </summary>
        <div className={styles.chartNumbers} tabIndex={0} role="region" aria-label={`Table of the chart “${title}”`}>
          <table>
            <thead>
              <tr>
                {table.heads.map((head, index) => (
                  <th key={head} scope="col" className={index > 0 ? "number" : undefined}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(({ name, cells }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, index) => (
                    // The headings label the cells, in the same order.
                    <td key={table.heads[index + 1]} className="number">
                      <ChartNumber link={cell.link}>{cell.text}</ChartNumber>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

/** A number linked to the list that it counts. */
export function ChartNumber({ link, children }: { link?: ListLink | null; children: ReactNode }) {
  if (!link) return children;
  return (
    <Link {...link} preload={false}>
      {children}
    </Link>
  );
}
