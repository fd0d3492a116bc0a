import { IconChevronDown } from "@tabler/icons-react";
import { useId, useRef } from "react";
import type { ReactNode } from "react";

type Props = {
  label: ReactNode;
  /** What the box is, for screen readers. */
  title: string;
  className?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
};

/** A button with a box under it, which Escape and a click elsewhere close. */
export function Dropdown({ label, title, className = "way", children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);

  function place() {
    const from = button.current?.getBoundingClientRect();
    const element = box.current;
    if (!from || !element) return;
    const furthest = window.innerWidth - element.offsetWidth - 8;
    element.style.left = `${Math.max(8, Math.min(from.left, furthest))}px`;
    element.style.top = `${Math.min(from.bottom + 4, Math.max(8, window.innerHeight - element.offsetHeight - 8))}px`;
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
        className="dropdown"
        onToggle={(event) => event.newState === "open" && place()}
      >
        {typeof children === "function" ? children(() => document.getElementById(id)?.hidePopover()) : children}
      </div>
    </>
  );
}
