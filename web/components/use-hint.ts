import { useEffect, useId, useRef, useState } from "react";

/** A tooltip in the top layer, so that no container clips it. Escape closes it. */
export function useHint(isWanted: boolean) {
  const id = useId();
  const box = useRef<HTMLSpanElement>(null);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!isShown || !isWanted || !element) return;
    element.showPopover();
    const bounds = element.parentElement?.getBoundingClientRect();
    if (bounds) {
      element.style.left = `${Math.max(8, Math.min(bounds.left, window.innerWidth - element.offsetWidth - 8))}px`;
      const below = bounds.bottom + 6;
      const isTooLow = below + element.offsetHeight > window.innerHeight - 8;
      element.style.top = `${isTooLow ? bounds.top - element.offsetHeight - 6 : below}px`;
    }
    const hide = () => setShown(false);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("keydown", onKey);
    window.addEventListener("scroll", hide, { once: true });
    return () => {
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("scroll", hide);
      element.hidePopover();
    };
  }, [isShown, isWanted]);
  return {
    id,
    box,
    /** Shows nothing while the button is enabled: if it becomes disabled with the focus, the tooltip must not open. */
    show: () => setShown(isWanted),
    hide: () => setShown(false),
  };
}
