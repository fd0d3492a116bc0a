/** The selected rows of a list: individual ones, or all that match the filters. */
import { useRef, useState } from "react";
import { useEntryMemory } from "./entry-memory.ts";

type SelectionState = { key: string; ids: ReadonlySet<string>; isAll: boolean };

export type Selection = ReturnType<typeof useSelection>;

/**
 * Going back to the list finds the selection again.
 * @param key identifies the list's filters; a different key clears the selection, loading more rows does not
 */
export function useSelection(key: string) {
  const { kept, keep } = useEntryMemory<SelectionState>("selection");
  const [state, setState] = useState<SelectionState>(kept ?? { key, ids: new Set(), isAll: false });
  const anchor = useRef<string>(null);
  const current: SelectionState = state.key === key ? state : { key, ids: new Set(), isAll: false };
  function select(ids: Iterable<string>, isAll = false): void {
    const selected = { key, ids: new Set(ids), isAll };
    setState(selected);
    keep(selected);
  }

  return {
    ids: current.ids,
    isAll: current.isAll,
    isEmpty: !current.isAll && current.ids.size === 0,
    has: (id: string) => current.isAll || current.ids.has(id),
    /** @param rows the ids of the loaded rows in order @param isRange whether to select all rows since the last selected one */
    toggle(id: string, rows: string[], isRange: boolean): void {
      const from = anchor.current === null ? -1 : rows.indexOf(anchor.current);
      const to = rows.indexOf(id);
      anchor.current = id;
      const selected = current.isAll ? new Set(rows) : new Set(current.ids);
      const isSelecting = !selected.has(id);
      const targets = isRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const one of targets) {
        if (isSelecting || (isRange && from >= 0)) selected.add(one);
        else selected.delete(one);
      }
      select(selected);
    },
    choose: (ids: string[]) => select(ids),
    chooseAll: () => select([], true),
    clear: () => select([]),
  };
}
