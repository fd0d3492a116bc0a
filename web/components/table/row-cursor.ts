/** Where someone is in a table: the row that had the focus last, and the row whose preview is shown. */
import { useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import { useEntryMemory } from "./entry-memory.ts";

type WantedFocus = { id: string; isScrolledTo: boolean; isReturn?: boolean };

/** @param caption the table's, which is unique on its page */
export function useRowCursor(caption: string, ids: string[]) {
  const { kept = null, keep } = useEntryMemory<string>(caption);
  const [activeId, setActiveId] = useState(kept);
  const [peekId, setPeekId] = useState<string | null>(null);
  /** The row that gets the focus once it is drawn, and whether it is scrolled into view. */
  const wanted = useRef<WantedFocus | null>(kept === null ? null : { id: kept, isScrolledTo: false, isReturn: true });

  function setActive(id: string) {
    setActiveId(id);
    keep(id);
  }

  function activate(id: string, { isScrolledTo }: Omit<WantedFocus, "id">) {
    wanted.current = { id, isScrolledTo };
    setActive(id);
  }

  return {
    activeId,
    activeIndex: activeId === null ? -1 : ids.indexOf(activeId),
    peekId,
    wanted,
    /** The row has the focus already. */
    setActive,
    moveTo(id: string) {
      activate(id, { isScrolledTo: true });
      if (peekId !== null) setPeekId(id);
    },
    togglePeek: (id: string) => setPeekId(peekId === id ? null : id),
    clickRow(id: string) {
      activate(id, { isScrolledTo: false });
      setPeekId(peekId === id ? null : id);
    },
    /** Returns the focus to the row, which is drawn for it if it is out of view. */
    closePeek() {
      if (peekId !== null && ids.includes(peekId)) activate(peekId, { isScrolledTo: false });
      setPeekId(null);
    },
  };
}

/** Gives the wanted row the focus as soon as it is drawn. */
export function useWantedFocus(wantedRef: RefObject<WantedFocus | null>, body: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (wantedRef.current === null) return;
    const { id, isScrolledTo, isReturn } = wantedRef.current;
    const row = body.current?.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    const link = row?.querySelector<HTMLElement>("[data-row]");
    if (!link) return;
    wantedRef.current = null;
    // Someone who goes back does not lose the focus that they have moved while the rows were loading.
    if (isReturn && document.activeElement?.matches(":not(body, main, h1)")) return;
    link.focus({ preventScroll: true });
    // Exactly: the virtualizer knows neither fractions of pixels nor a horizontal scroll bar.
    if (isScrolledTo) row?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
