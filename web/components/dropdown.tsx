import { IconChevronDown } from "@tabler/icons-react";
import { useId, useRef } from "react";
import type { ReactNode } from "react";
import * as buttonStyles from "./button.module.css";
import * as styles from "./dropdown.module.css";

type Props = {
  label: ReactNode;
  /** Accessible name of the panel. */
  title: string;
  className?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
};

/** A button with a panel below it, or above if there is no room. Escape and clicks outside close the panel. */
export function Dropdown({ label, title, className = buttonStyles.compact, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);

  function positionMenu() {
    const from = button.current?.getBoundingClientRect();
    const element = box.current;
    if (!from || !element) return;
    const { innerWidth, innerHeight } = window;
    const maxLeft = innerWidth - element.offsetWidth - 8;
    const hasRoomBelow = from.bottom + 4 + element.offsetHeight <= innerHeight - 8;
    const top = hasRoomBelow ? from.bottom + 4 : from.top - 4 - element.offsetHeight;
    element.style.left = `${Math.max(8, Math.min(from.left, maxLeft))}px`;
    element.style.top = `${Math.max(8, top)}px`;
  }

  return (
    <>
      <button ref={button} type="button" className={className} popoverTarget={id}>
        {label}
        <IconChevronDown size={14} aria-hidden />
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={title}
        className={styles.dropdown}
        onToggle={(event) => {
          if (event.newState !== "open") return;
          positionMenu();
          event.currentTarget.querySelector<HTMLElement>("[data-autofocus]")?.focus();
        }}
      >
        {typeof children === "function" ? children(() => document.getElementById(id)?.hidePopover()) : children}
      </div>
    </>
  );
}
