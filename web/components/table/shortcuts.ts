import { useEffect, useEffectEvent } from "react";

type TableActions = {
  move(step: number): void;
  /** Returns whether the key was handled; otherwise it keeps its default behavior. */
  peek(): boolean;
  choose(isRange: boolean): void;
  leave(): boolean;
  isInside(element: Element): boolean;
};

/** Keys of a table: `j`/`k` move, Space previews, `x` selects, Escape closes the preview, `f` and `b` go to filters and actions. */
export function useTableShortcuts(actions: TableActions): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof Element) || isTyping(target) || target.closest("[role=dialog], [popover]")) return;
    if (key === "j" || key === "k") {
      event.preventDefault();
      actions.move(key === "j" ? 1 : -1);
    } else if (key.toLowerCase() === "x") {
      event.preventDefault();
      actions.choose(event.shiftKey);
    } else if (key === " " && target.matches("[data-row]") && actions.isInside(target)) {
      if (actions.peek()) event.preventDefault();
    } else if (key === "Escape") {
      if (actions.leave()) event.preventDefault();
    } else if (key === "f" || key === "b") {
      const control = document.querySelector<HTMLElement>(
        key === "f" ? "[data-shortcut=filters]" : "[data-shortcut=bulk]",
      );
      if (!control) return;
      event.preventDefault();
      if (key === "f" && control.getAttribute("aria-expanded") === "false") control.click();
      control.focus();
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function isTyping(element: Element): boolean {
  if (element instanceof HTMLInputElement) return element.type !== "checkbox" && element.type !== "radio";
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}
