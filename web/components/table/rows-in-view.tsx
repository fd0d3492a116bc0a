/** The visible rows of a table, and the empty space in place of the others. */
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import * as styles from "./table.module.css";

export const headHeight = 34;

type InView = { index: number; start: number; end: number };

/** The visible rows, with empty space in place of the others. */
export function RowsInView(props: { items: InView[]; end: number; colSpan: number; row(index: number): ReactNode }) {
  const { items, end, colSpan, row } = props;
  const shown: ReactNode[] = [];
  let at = headHeight;
  for (const item of items) {
    if (item.start - at > 0.5)
      shown.push(<SpacerRow key={`before ${item.index}`} height={item.start - at} colSpan={colSpan} />);
    shown.push(row(item.index));
    at = item.end;
  }
  if (end - at > 0.5) shown.push(<SpacerRow key="after" height={end - at} colSpan={colSpan} />);
  return shown;
}

function SpacerRow({ height, colSpan }: { height: number; colSpan: number }) {
  return (
    <tr aria-hidden className={styles.gap}>
      <td colSpan={colSpan} style={{ height }} />
    </tr>
  );
}

export function SkeletonRows({ colSpan }: { colSpan: number }) {
  return Array.from({ length: 12 }, (_, row) => (
    <tr key={row}>
      <td colSpan={colSpan}>
        <Skeleton height={12} width={`${55 + ((row * 17) % 40)}%`} />
      </td>
    </tr>
  ));
}
