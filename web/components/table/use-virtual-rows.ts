/** Which rows of a table are in the DOM: those in view, and the one that has the focus. */
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect } from "react";
import type { RefObject } from "react";
import { keepHeights, keptHeights } from "./row-heights.ts";
import { headHeight } from "./rows-in-view.tsx";

type Props = {
  caption: string;
  ids: string[];
  /** The row that stays in the DOM while the list is scrolled; -1 if there is none. */
  activeIndex: number;
  /** In pixels, until a row is measured. */
  estimatedHeight: number;
  /** All loaded rows are drawn. */
  isPrinting: boolean;
  scroller: RefObject<HTMLDivElement | null>;
};

export function useVirtualRows({ caption, ids, activeIndex, estimatedHeight, isPrinting, scroller }: Props) {
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is passed to what remembers its values
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimatedHeight,
    getItemKey: (index) => ids[index] ?? index,
    initialMeasurementsCache: keptHeights(caption),
    overscan: 10,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor: (range) => {
      if (isPrinting) return [...ids.keys()];
      const shown = defaultRangeExtractor(range);
      if (activeIndex < 0 || shown.includes(activeIndex)) return shown;
      return [...shown, activeIndex].toSorted((one, other) => one - other);
    },
  });
  useEffect(() => () => keepHeights(caption, virtualizer.takeSnapshot()), [caption, virtualizer]);
  return virtualizer;
}
