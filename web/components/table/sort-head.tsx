/** A heading that sorts its list, or says why it cannot. */
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useHint } from "../use-hint.ts";
import type { Column } from "./column.ts";
import * as hintStyles from "../guarded-button.module.css";
import * as styles from "./table.module.css";

type Order = "asc" | "desc";
type Sorting<Sort extends string> = {
  label: string;
  by: Sort;
  to: "/subscriptions" | "/customers";
  /** The list's filters with its sorting. */
  filters: { sort?: Sort | undefined; order?: Order | undefined };
  usual: Sort;
  /** The order of each sort for which the URL gives none. */
  orders: Record<Sort, Order>;
  /** Why the list cannot be sorted by this column now, and what to do. */
  blockedReason: string | null;
};

/** @returns the `aria-sort` value and the content of a column's heading */
export function sortHead<Sort extends string>(sorting: Sorting<Sort>): Column<unknown>["head"] {
  const { label, by, to, filters, usual, orders, blockedReason } = sorting;
  if (blockedReason !== null)
    return { sort: undefined, content: <UnsortedHead label={label} blockedReason={blockedReason} /> };
  const current = filters.sort ?? usual;
  const order = filters.order ?? orders[current];
  const isCurrent = current === by;
  const next = isCurrent ? (order === "asc" ? "desc" : "asc") : orders[by];
  return {
    sort: isCurrent ? (order === "asc" ? "ascending" : "descending") : undefined,
    content: (
      <Link
        to={to}
        search={{ ...filters, sort: by, order: next, cursor: undefined } as object}
        replace
        preload={false}
        className={styles.sort}
        activeProps={{ "aria-current": undefined }}
      >
        {label}
        {isCurrent &&
          (order === "asc" ? <IconArrowUp size={13} aria-hidden /> : <IconArrowDown size={13} aria-hidden />)}
      </Link>
    ),
  };
}

/** A heading that cannot sort: stays focusable, and says why on hover, focus and touch. */
function UnsortedHead({ label, blockedReason }: { label: string; blockedReason: string }) {
  const { id, box, show, hide } = useHint(true);
  return (
    <span onPointerEnter={show} onPointerLeave={hide}>
      <button
        type="button"
        className={`${styles.sort} ${styles.unsorted}`}
        aria-disabled
        aria-describedby={id}
        onFocus={show}
        onBlur={hide}
        onClick={show}
      >
        {label}
      </button>
      <span ref={box} id={id} role="tooltip" popover="manual" className={hintStyles.hint}>
        {blockedReason}
      </span>
    </span>
  );
}
