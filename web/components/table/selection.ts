/** Which rows of a list are chosen: some by name, or all that the filters let through. */
import { useRef, useState } from "react";

type Chosen = { key: string; ids: ReadonlySet<string>; isAll: boolean };

export type Selection = ReturnType<typeof useSelection>;

/** @param key what the list shows: another list begins with nothing chosen; further rows of the same one change nothing */
export function useSelection(key: string) {
  const [chosen, setChosen] = useState<Chosen>({ key, ids: new Set(), isAll: false });
  const anchor = useRef<string>(null);
  const now: Chosen = chosen.key === key ? chosen : { key, ids: new Set(), isAll: false };
  const become = (ids: Iterable<string>, isAll = false) => setChosen({ key, ids: new Set(ids), isAll });

  return {
    ids: now.ids,
    isAll: now.isAll,
    isEmpty: !now.isAll && now.ids.size === 0,
    has: (id: string) => now.isAll || now.ids.has(id),
    /** @param rows the ids of the loaded rows in their order @param isRange whether all from the last one on are meant */
    toggle(id: string, rows: string[], isRange: boolean): void {
      const from = anchor.current === null ? -1 : rows.indexOf(anchor.current);
      const to = rows.indexOf(id);
      anchor.current = id;
      const held = now.isAll ? new Set(rows) : new Set(now.ids);
      const isOn = !held.has(id);
      const meant = isRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const one of meant) {
        if (isOn || (isRange && from >= 0)) held.add(one);
        else held.delete(one);
      }
      become(held);
    },
    choose: (ids: string[]) => become(ids),
    chooseAll: () => become([], true),
    clear: () => become([]),
  };
}
