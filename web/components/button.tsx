import { Button as MantineButton, type ButtonProps } from "@mantine/core";
import { type ComponentPropsWithRef, useState } from "react";

type Props = ButtonProps & Omit<ComponentPropsWithRef<"button">, keyof ButtonProps>;

/**
 * Mantine's button, which keeps the focus while it loads or becomes disabled: a disabled button would lose it (WCAG
 * 2.4.3). Clicks are ignored instead. Links that look like buttons are Mantine's.
 */
export function Button({ loading, disabled = false, onClick, onFocus, onBlur, ...others }: Props) {
  const [hasFocus, setFocused] = useState(false);
  const isDisabled = loading === true || disabled;
  return (
    <MantineButton
      {...others}
      loading={loading}
      disabled={disabled}
      renderRoot={(props) => <button {...props} disabled={disabled && !hasFocus} />}
      aria-busy={loading || undefined}
      aria-disabled={isDisabled || others["aria-disabled"]}
      onFocus={(event) => {
        setFocused(true);
        onFocus?.(event);
      }}
      onBlur={(event) => {
        setFocused(false);
        onBlur?.(event);
      }}
      // Also of a form that would be sent.
      onClick={isDisabled ? (event) => event.preventDefault() : onClick}
    />
  );
}
