/** The texts of toasts, without the toasts themselves, for code that the first page loads. */
import { useSyncExternalStore } from "react";
import { isolatedIn } from "../../shared/foreign-text.ts";

type Announcement = { text: string; key: number; undo: (() => Promise<unknown>) | undefined };

/** More would cover the page. */
const maxShown = 3;
let shown: Announcement[] = [];
let lastKey = 0;
const listeners = new Set<() => void>();

function show(next: Announcement[]) {
  shown = next;
  for (const listener of listeners) listener();
}

/**
 * Shows one sentence below those that are still being read; the same sentence is not shown twice.
 * @param undo takes back what the sentence says; its result is the sentence that is shown then, if it is text
 */
export function announce(sentence: string, undo?: () => Promise<unknown>): void {
  const text = isolatedIn(sentence);
  const others = shown.filter((other) => other.undo || other.text !== text);
  show([...others, { text, key: ++lastKey, undo }].slice(-maxShown));
}

export function dismissAnnouncement(key: number): void {
  show(shown.filter((other) => other.key !== key));
}

export function dismissAnnouncements(): void {
  show([]);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useAnnouncements = () => useSyncExternalStore(listen, () => shown);
