import { useRef } from "react";
import { maxColumnWidth, minColumnWidth } from "./column-widths.ts";
import * as tableStyles from "./table.module.css";

type Props = {
  label: string;
  width: number;
  /** Null: as wide as its content. */
  resize(width: number | null): void;
};

const step = 16;

/** Drags the right edge of a column; the arrow keys do the same, and Enter or a double click resets it. */
export function ResizeHandle({ label, width, resize }: Props) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const set = (to: number) => resize(Math.round(Math.min(maxColumnWidth, Math.max(minColumnWidth, to))));
  return (
    <span
      role="separator"
      className={tableStyles.columnResize}
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={width}
      aria-valuemin={minColumnWidth}
      aria-valuemax={maxColumnWidth}
      tabIndex={0}
      title="Drag or use the arrow keys to resize, double-click or press Enter to fit the content"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (!start.current) return;
        const direction = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
        set(start.current.width + direction * (event.clientX - start.current.x));
      }}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
      onDoubleClick={() => resize(null)}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") set(width - step);
        else if (event.key === "ArrowRight") set(width + step);
        else if (event.key === "Enter") resize(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
