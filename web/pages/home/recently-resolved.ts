/** Items that have just left the list stay in place for a moment, with what was done and an Undo button. */
import { useEffect, useRef, useState } from "react";
import type { NeedView } from "../../../shared/views/needs.ts";

const shownForMs = 8_000;

/** The action that resolved an item, and how to undo it. */
export type Resolution = { text: string; undo?: () => void };

export type ListedNeed = {
  need: NeedView;
  /** Null while the item still needs attention. */ resolved: Resolution | null;
};

export const keyOf = ({ kind, id }: Pick<NeedView, "kind" | "id">): string => `${kind} ${id}`;

const resolutions = new Map<string, Resolution>();

/** Remembers what was done until the item leaves the list. */
export function recordResolution(need: NeedView, resolution: Resolution): void {
  resolutions.set(keyOf(need), resolution);
}

/** Forgets a resolution that failed. */
export function forgetResolution(need: NeedView): void {
  resolutions.delete(keyOf(need));
}

/** The item whose line had the focus when it was removed. */
let focused: string | null = null;

export function recordFocus(need: NeedView): void {
  focused = keyOf(need);
}

/** Whether the replacement line should take the focus; true only once. */
export function takeFocus(need: NeedView): boolean {
  const wasFocused = focused === keyOf(need);
  if (wasFocused) focused = null;
  return wasFocused;
}

/** The position of an item when it left. */
type ResolvedNeed = { need: NeedView; at: number };

/** The items, with those that have just left at their former positions. An item that has come back counts as present. */
export function withResolved(needs: NeedView[], resolved: readonly ResolvedNeed[]): ListedNeed[] {
  const waiting = new Set(needs.map(keyOf));
  const listed: ListedNeed[] = needs.map((need) => ({ need, resolved: null }));
  for (const { need, at } of resolved.toSorted((one, other) => one.at - other.at)) {
    if (waiting.has(keyOf(need))) continue;
    const resolution = resolutions.get(keyOf(need)) ?? { text: "No longer in this list" };
    listed.splice(Math.min(at, listed.length), 0, { need, resolved: resolution });
  }
  return listed;
}

export function useNeedsWithResolved(needs: NeedView[]): ListedNeed[] {
  const [resolved, setResolved] = useState<ResolvedNeed[]>([]);
  const before = useRef(needs);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const waiting = new Set(needs.map(keyOf));
    const left = before.current.map((need, at) => ({ need, at })).filter(({ need }) => !waiting.has(keyOf(need)));
    before.current = needs;
    if (left.length === 0) return;
    const keys = new Set(left.map(({ need }) => keyOf(need)));
    setResolved((now) => [...now.filter(({ need }) => !keys.has(keyOf(need))), ...left]);
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      for (const key of keys) resolutions.delete(key);
      setResolved((now) => now.filter(({ need }) => !keys.has(keyOf(need))));
    }, shownForMs);
    timers.current.add(timer);
  }, [needs]);
  useEffect(() => {
    const running = timers.current;
    return () => {
      running.forEach(clearTimeout);
      // The page may open again for another person.
      resolutions.clear();
    };
  }, []);
  return withResolved(needs, resolved);
}
