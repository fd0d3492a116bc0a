import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { subscriptionColumns, usualColumns } from "../../../shared/columns.ts";
import type { SubscriptionColumn } from "../../../shared/columns.ts";
import { announce } from "../../shell/announce.tsx";
import { Button } from "../../components/button.tsx";
import { Dropdown } from "../../components/dropdown.tsx";
import { trpc } from "../../trpc.ts";
import { columnLabels } from "./columns.tsx";
import type { useLayout } from "./use-layout.ts";
import { useOptimisticSetting } from "./use-optimistic-setting.ts";
import * as buttonStyles from "../../components/button.module.css";
import * as styles from "./subscriptions.module.css";

/** The person's selected columns and how to change them. */
export function useColumns() {
  const { queryKey } = trpc.subscriptions.columns.queryOptions();
  const stored = useQuery(trpc.subscriptions.columns.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const { mutateAsync } = useMutation(trpc.subscriptions.chooseColumns.mutationOptions());
  const [columns, choose] = useOptimisticSetting<SubscriptionColumn[] | null>(
    { queryKey, stored: stored.data },
    (chosen) => mutateAsync({ columns: chosen }),
  );
  return { columns: columns ?? usualColumns, isDefault: (columns ?? null) === null, choose };
}

type Props = ReturnType<typeof useColumns> & { layout: ReturnType<typeof useLayout> };

export function ColumnsMenu({ columns, isDefault, choose, layout }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const others = subscriptionColumns.filter((column) => !columns.includes(column));

  function move(column: SubscriptionColumn, step: number) {
    const at = columns.indexOf(column);
    const next = columns.filter((one) => one !== column);
    next.splice(at + step, 0, column);
    choose(next);
    announce(`${columnLabels[column].label} is column ${at + step + 1} of ${columns.length}.`);
    // The pressed button moved with its line. If it is disabled now, focus the opposite one.
    requestAnimationFrame(() => {
      const line = list.current?.querySelector(`[data-column="${column}"]`);
      const pressed = line?.querySelector<HTMLButtonElement>(`[data-step="${step}"]`);
      (pressed?.disabled ? line?.querySelector<HTMLButtonElement>(`[data-step="${-step}"]`) : pressed)?.focus();
    });
  }

  return (
    <Dropdown label="Columns" title="Select and reorder columns">
      <ul ref={list} className={styles.columnsMenu}>
        {[...columns, ...others].map((column) => {
          const at = columns.indexOf(column);
          const { label } = columnLabels[column];
          return (
            <li key={column} data-column={column}>
              <label>
                <input
                  type="checkbox"
                  checked={at >= 0}
                  disabled={column === "name"}
                  onChange={(event) =>
                    choose(event.currentTarget.checked ? [...columns, column] : columns.filter((one) => one !== column))
                  }
                />
                {label}
              </label>
              {at >= 0 && (
                <MoveButtons
                  label={label}
                  isFirst={at === 0}
                  isLast={at === columns.length - 1}
                  move={(step) => move(column, step)}
                />
              )}
            </li>
          );
        })}
      </ul>
      <label className={styles.density}>
        <input
          type="checkbox"
          checked={!layout.isComfortable}
          onChange={(event) => layout.setComfortable(!event.currentTarget.checked)}
        />
        Compact rows
      </label>
      <div className={styles.columnsButtons}>
        <Button variant="default" size="compact-sm" disabled={isDefault} onClick={() => choose(null)}>
          Reset to default
        </Button>
        <Button variant="default" size="compact-sm" disabled={!layout.hasWidths} onClick={layout.resetWidths}>
          Reset widths
        </Button>
      </div>
    </Dropdown>
  );
}

type MoveProps = { label: string; isFirst: boolean; isLast: boolean; move(step: number): void };

function MoveButtons({ label, isFirst, isLast, move }: MoveProps) {
  return (
    <span>
      <button
        type="button"
        className={buttonStyles.icon}
        data-step={-1}
        aria-label={`Move ${label} left`}
        disabled={isFirst}
        onClick={() => move(-1)}
      >
        <IconArrowUp size={14} aria-hidden />
      </button>
      <button
        type="button"
        className={buttonStyles.icon}
        data-step={1}
        aria-label={`Move ${label} right`}
        disabled={isLast}
        onClick={() => move(1)}
      >
        <IconArrowDown size={14} aria-hidden />
      </button>
    </span>
  );
}
