/** Finds the entry that the URL names, however old it is, expands its change, and scrolls to it. */
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { TimelineItem } from "./timeline-groups.ts";

/** Older entries are not looked for; the reader can find them with the filters. */
const maxPages = 20;

type Loaded = {
  items: TimelineItem[] | undefined;
  pages: number;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
};

/** @returns the entry's id */
export function useLinkedEntry({ items, pages, hasNextPage, isFetchingNextPage, fetchNextPage }: Loaded): string {
  const linked = useLocation({ select: ({ hash }) => hash });
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (linked === "" || !items || shown.current === linked) return;
    const item = items.find((one) => (one.cause === null ? [one.entry] : one.parts).some(({ id }) => id === linked));
    if (!item) {
      if (hasNextPage && !isFetchingNextPage && pages < maxPages) fetchNextPage();
      return;
    }
    shown.current = linked;
    const entry = document.getElementById(linked);
    const change = entry?.closest("details");
    if (change) change.open = true;
    entry?.scrollIntoView({ block: "center" });
    entry?.focus({ preventScroll: true });
  }, [linked, items, pages, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return linked;
}
