/** Single keys that answer a change, which must not be taken from someone who is typing. */
import { useEffect, useEffectEvent, useState } from "react";

/** Keys pressed as the alert appears were meant for something else. */
const keysAfterMs = 500;
/** Elements in which letters are typed as text. */
const typed =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=listbox], [role=menu]";

/** @param press returns whether the key was handled; otherwise it keeps its default behavior */
export function useAnswerKeys(areOn: boolean, press: (key: string) => boolean): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!areOn || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(typed)) return;
    if (press(event.key.toLowerCase())) event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

export function useKeysAfterAWhile(hasKeys: boolean): boolean {
  const [areOn, setOn] = useState(false);
  useEffect(() => {
    if (!hasKeys) return;
    const timer = setTimeout(() => setOn(true), keysAfterMs);
    return () => {
      clearTimeout(timer);
      setOn(false);
    };
  }, [hasKeys]);
  return areOn;
}

export function KeyHint({ name }: { name: string }) {
  return <kbd aria-hidden>{name}</kbd>;
}
