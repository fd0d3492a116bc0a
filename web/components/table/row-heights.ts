/** The heights of a list's rows, kept while the list is not shown: only with them a returning person finds the same rows in view. */
import type { VirtualItem } from "@tanstack/react-virtual";

const kept = new Map<string, VirtualItem[]>();

export const keptHeights = (caption: string): VirtualItem[] => kept.get(caption) ?? [];

export function keepHeights(caption: string, heights: VirtualItem[]): void {
  kept.set(caption, heights);
}
