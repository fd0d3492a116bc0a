/** What has just left the list stays in its place for a moment, with what was done and a way back. */
import { useEffect, useRef, useState } from "react";
import type { NeedView } from "../../../shared/views/needs.ts";

const lingerMs = 8_000;

/** What the person did with an item, and how to take it back. */
export type Deed = { words: string; undo?: () => void };

export type Shown = { need: NeedView; /** Null: it waits. */ gone: Deed | null };

export const keyOf = ({ kind, id }: Pick<NeedView, "kind" | "id">): string => `${kind} ${id}`;

const deeds = new Map<string, Deed>();

/** Remembers what was done, for the moment when the item leaves the list. */
export function noteDeed(need: NeedView, deed: Deed): void {
  deeds.set(keyOf(need), deed);
}

/** It failed after all. */
export function forgetDeed(need: NeedView): void {
  deeds.delete(keyOf(need));
}

/** The item whose line had the focus when it left. */
let focused: string | null = null;

export function noteFocus(need: NeedView): void {
  focused = keyOf(need);
}

/** Whether the line that takes its place gets the focus; asked once. */
export function takeFocus(need: NeedView): boolean {
  const isOurs = focused === keyOf(need);
  if (isOurs) focused = null;
  return isOurs;
}

/** Where an item stood when it left. */
type Gone = { need: NeedView; at: number };

/** The items, with those that have just left in the places that they had. An item that comes back stays. */
export function withGone(needs: NeedView[], gone: readonly Gone[]): Shown[] {
  const waiting = new Set(needs.map(keyOf));
  const shown: Shown[] = needs.map((need) => ({ need, gone: null }));
  for (const { need, at } of gone.toSorted((one, other) => one.at - other.at)) {
    if (waiting.has(keyOf(need))) continue;
    const deed = deeds.get(keyOf(need)) ?? { words: "It waits for nobody any more." };
    shown.splice(Math.min(at, shown.length), 0, { need, gone: deed });
  }
  return shown;
}

export function useLingering(needs: NeedView[]): Shown[] {
  const [gone, setGone] = useState<Gone[]>([]);
  const before = useRef(needs);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const waiting = new Set(needs.map(keyOf));
    const left = before.current.map((need, at) => ({ need, at })).filter(({ need }) => !waiting.has(keyOf(need)));
    before.current = needs;
    if (left.length === 0) return;
    const keys = new Set(left.map(({ need }) => keyOf(need)));
    setGone((now) => [...now.filter(({ need }) => !keys.has(keyOf(need))), ...left]);
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      for (const key of keys) deeds.delete(key);
      setGone((now) => now.filter(({ need }) => !keys.has(keyOf(need))));
    }, lingerMs);
    timers.current.add(timer);
  }, [needs]);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);
  return withGone(needs, gone);
}
