/** One row of a table. */
import { isolated } from "../../../shared/foreign-text.ts";
import type { Column } from "./column.ts";
import * as styles from "./table.module.css";

type Props<Row extends { id: string }> = {
  row: Row;
  index: number;
  measure(element: HTMLTableRowElement | null): void;
  columns: Column<Row>[];
  name: string;
  /** Present if rows can be selected. */
  selection: { isSelected: boolean; toggle(isRange: boolean): void } | undefined;
  isPeeked: boolean;
  /** Called when the row gets the focus. */
  activate(): void;
  /** Shows or hides the preview; absent if a click opens the row. */
  peek: (() => void) | undefined;
};

export function TableRow<Row extends { id: string }>(props: Props<Row>) {
  const { row, index, measure, columns, name, selection, isPeeked, activate, peek } = props;
  return (
    <tr
      ref={measure}
      data-index={index}
      data-id={row.id}
      data-chosen={selection?.isSelected || undefined}
      data-peeked={isPeeked || undefined}
      aria-rowindex={index + 2}
      onFocus={activate}
      onClick={(event) => {
        if ((event.target as Element).closest("a, button:not([data-row]), input")) return;
        if (window.getSelection()?.isCollapsed === false) return;
        if (peek) peek();
        else event.currentTarget.querySelector<HTMLElement>("[data-row]")?.click();
      }}
    >
      {selection && (
        <td className={styles.cellChoose}>
          <input
            type="checkbox"
            aria-label={`Select ${isolated(name)}`}
            checked={selection.isSelected}
            onChange={(event) => selection.toggle((event.nativeEvent as MouseEvent).shiftKey)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.id}
          className={column.isNumber ? "number" : undefined}
          data-primary={column.isPrimary}
          data-wraps={column.minWidth !== undefined || undefined}
          title={column.title?.(row)}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
