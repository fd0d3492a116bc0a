import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { quantityIn, readQuantity } from "../text/quantity.ts";

type Props = Omit<TextInputProps, "type" | "inputMode" | "value" | "defaultValue" | "onChange"> & {
  /** Plain digits such as `1234.5`; empty; or `unreadable`. */
  value: string;
  onChange(value: string): void;
  /** A word that is accepted instead of an amount. */
  word?: string;
};

/** No schema accepts it, so that what could not be read is never sent. */
const unreadable = "NaN";

/** An amount in the reader's locale. Unparsable input stays as typed and shows an error. */
export function DecimalField({ value, onChange, onBlur, error, word, ...others }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const [wasBlurred, setBlurred] = useState(false);
  const valueOf = (text: string) => {
    if (word !== undefined && text.trim().toLowerCase() === word) return word;
    const read = readQuantity(text);
    return read.kind === "number" ? read.digits : read.kind === "empty" ? "" : unreadable;
  };
  // A value set from outside replaces the typed text.
  const isOwn = draft !== null && valueOf(draft) === value;
  const read = isOwn && value === unreadable ? readQuantity(draft) : null;
  const ownProblem = read?.kind === "refused" && (wasBlurred || error) ? read.words : null;
  const formatted = value === word ? value : /^\d+(\.\d+)?$/.test(value) ? quantityIn(value, null) : "";
  return (
    <TextInput
      autoComplete="off"
      maxLength={30}
      {...others}
      type="text"
      inputMode={word === undefined ? "decimal" : "text"}
      value={isOwn ? draft : formatted}
      error={ownProblem ?? error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setDraft(text);
        onChange(valueOf(text));
      }}
      onBlur={(event) => {
        setBlurred(true);
        if (value !== unreadable) setDraft(null);
        onBlur?.(event);
      }}
    />
  );
}
