import { Button, Tooltip } from "@mantine/core";
import type { ButtonProps } from "@mantine/core";
import { useId } from "react";
import type { ReactNode } from "react";

type Props = ButtonProps & { /** Why it cannot be used now: a sentence; null when it can. */ whyNot: string | null; onClick(): void; children: ReactNode };

/** A button that stays visible and reachable when it cannot be used, and says why on hover and focus. */
export function GuardedButton({ whyNot, onClick, children, ...others }: Props) {
  const reasonId = useId();
  return (
    <>
      <Tooltip label={whyNot} disabled={whyNot === null}>
        <Button
          {...others}
          aria-disabled={whyNot === null ? undefined : true}
          aria-describedby={whyNot === null ? undefined : reasonId}
          data-disabled={whyNot === null ? undefined : true}
          onClick={() => {
            if (whyNot === null) onClick();
          }}
        >
          {children}
        </Button>
      </Tooltip>
      {whyNot !== null && (
        <span id={reasonId} hidden>
          {whyNot}
        </span>
      )}
    </>
  );
}
