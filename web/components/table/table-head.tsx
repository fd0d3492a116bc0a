import type { ReactNode } from "react";
import type { Column, TableLayout } from "./column.ts";
import type { ColumnWidths } from "./column-widths.ts";
import { ResizeHandle } from "./resize-handle.tsx";
import type { Selection } from "./selection.ts";
import * as styles from "./table.module.css";

type Props<Row> = {
  columns: Column<Row>[];
  /** Null until the columns have been measured. */
  widths: ColumnWidths | null;
  layout: TableLayout | undefined;
  /** Above the rows' checkboxes. */
  children: ReactNode;
};

export function TableHead<Row>({ columns, widths, layout, children }: Props<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {children}
        {columns.map((column) => (
          <th
            key={column.id}
            className={column.isNumber ? "number" : undefined}
            data-primary={column.isPrimary}
            aria-sort={column.head?.sort}
            data-column={column.id}
            style={widths ? { width: widths[column.id] } : { width: column.width }}
          >
            {column.head?.content ?? column.label}
            {layout && widths && (
              <ResizeHandle
                label={column.label}
                width={widths[column.id] ?? 0}
                resize={(width) => layout.resize(column.id, width)}
              />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function SelectAll({ selection, ids, noun }: { selection: Selection; ids: string[]; noun: string }) {
  const chosen = ids.filter((id) => selection.has(id)).length;
  return (
    <th className={styles.cellChoose}>
      <input
        type="checkbox"
        aria-label={`Select all loaded ${noun}`}
        checked={chosen > 0 && chosen === ids.length}
        ref={(box) => {
          if (box) box.indeterminate = chosen > 0 && chosen < ids.length;
        }}
        onChange={(event) => (event.currentTarget.checked ? selection.choose(ids) : selection.clear())}
      />
    </th>
  );
}
