import type { ButtonProps } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import * as styles from "./guarded-button.module.css";

type Props = ButtonProps & {
  /** Why the button is disabled, as a sentence; null if it is enabled. */
  whyNot: string | null;
  type?: "button" | "submit";
  onClick?(): void;
  children: ReactNode;
};

/** A button that stays focusable when disabled, and explains why on hover, focus and touch. */
export function GuardedButton({ whyNot, onClick, children, ...others }: Props) {
  const isOff = whyNot !== null;
  const { id, box, show, hide } = useHint(isOff);
  return (
    <span className={styles.guarded} onPointerEnter={show} onPointerLeave={hide}>
      <Button
        {...others}
        aria-disabled={isOff || undefined}
        data-disabled={isOff || undefined}
        aria-describedby={isOff ? id : undefined}
        onFocus={show}
        onBlur={hide}
        onClick={(event) => {
          if (isOff) {
            // Also of a form that would be sent.
            event.preventDefault();
            return show();
          }
          // The click itself may disable the button; do not explain that with a tooltip over the page.
          hide();
          onClick?.();
        }}
      >
        {children}
      </Button>
      {isOff && (
        <span ref={box} id={id} role="tooltip" popover="manual" className={styles.hint}>
          {whyNot}
        </span>
      )}
    </span>
  );
}

/** A tooltip in the top layer, so that no container clips it. Escape closes it. */
function useHint(isWanted: boolean) {
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
    box, // Do not show the tooltip when the button is disabled while it has the focus.
    show: () => setShown(isWanted),
    hide: () => setShown(false),
  };
}
