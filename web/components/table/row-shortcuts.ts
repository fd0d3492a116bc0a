import type { RefObject } from "react";
import type { useRowCursor } from "./row-cursor.ts";
import { headHeight } from "./rows-in-view.tsx";
import type { Selection } from "./selection.ts";
import { useTableShortcuts } from "./shortcuts.ts";
import type { useVirtualRows } from "./use-virtual-rows.ts";

type Options = {
  cursor: ReturnType<typeof useRowCursor>;
  ids: string[];
  virtualizer: ReturnType<typeof useVirtualRows>;
  selection: Selection | undefined;
  canPeek: boolean;
  body: RefObject<HTMLElement | null>;
};

/** What the keys of a table do with its rows. */
export function useRowShortcuts({ cursor, ids, virtualizer, selection, canPeek, body }: Options): void {
  const { activeId, activeIndex, peekId } = cursor;
  useTableShortcuts({
    move: (step) => {
      const first =
        virtualizer.getVirtualItems().find((item) => item.end > (virtualizer.scrollOffset ?? 0) + headHeight)?.index ??
        0;
      const index = activeIndex < 0 ? first : Math.min(Math.max(activeIndex + step, 0), ids.length - 1);
      const id = ids[index];
      if (id === undefined) return;
      cursor.moveTo(id);
      virtualizer.scrollToIndex(index);
    },
    peek: () => {
      if (!canPeek || activeId === null) return false;
      cursor.togglePeek(activeId);
      return true;
    },
    choose: (isRange) => {
      if (activeId !== null) selection?.toggle(activeId, ids, isRange);
    },
    leave: () => {
      if (peekId === null) return false;
      cursor.closePeek();
      return true;
    },
    isInside: (element) => body.current?.contains(element) ?? false,
  });
}
