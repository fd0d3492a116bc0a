import type { ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { useHint } from "./use-hint.ts";
import * as styles from "./guarded-button.module.css";

type Props = ButtonProps & {
  /** Why the button is disabled, as a sentence; null if it is enabled. */
  blockedReason: string | null;
  type?: "button" | "submit";
  onClick?(): void;
  children: ReactNode;
};

/** A button that stays focusable when disabled, and explains why on hover, focus and touch. */
export function GuardedButton({ blockedReason, onClick, children, ...others }: Props) {
  const isDisabled = blockedReason !== null;
  const { id, box, show, hide } = useHint(isDisabled);
  return (
    <span className={styles.guarded} onPointerEnter={show} onPointerLeave={hide}>
      <Button
        {...others}
        aria-disabled={isDisabled || undefined}
        data-disabled={isDisabled || undefined}
        aria-describedby={isDisabled ? id : undefined}
        onFocus={show}
        onBlur={hide}
        onClick={(event) => {
          if (isDisabled) {
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
      {isDisabled && (
        <span ref={box} id={id} role="tooltip" popover="manual" className={styles.hint}>
          {blockedReason}
        </span>
      )}
    </span>
  );
}
