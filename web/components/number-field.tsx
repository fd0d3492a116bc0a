import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { createNumberReader } from "../../shared/whole-number.ts";
import { formatNumber } from "../text/format.ts";

/** Parses what `formatNumber` writes and what people type instead. */
const readNumber = createNumberReader();

type Props = Omit<TextInputProps, "type" | "inputMode" | "value" | "defaultValue" | "onChange"> & {
  /** Null: empty. NaN: the input is not a number. */
  value: number | null;
  onChange(value: number | null): void;
};

/** An integer input in the reader's locale. Unparsable input stays as typed and shows an error. */
export function NumberField({ value, onChange, onBlur, error, ...others }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const [wasBlurred, setLeft] = useState(false);
  const read = draft === null ? null : readNumber(draft);
  // A value set from outside replaces the typed text.
  const isOwn = read !== null && Object.is(valueOf(read), value);
  const ownProblem = isOwn && read.kind === "refused" && (wasBlurred || error) ? read.words : null;
  return (
    <TextInput
      autoComplete="off"
      {...others}
      type="text"
      inputMode="numeric"
      value={isOwn ? (draft ?? "") : value === null || Number.isNaN(value) ? "" : formatNumber(value)}
      error={ownProblem ?? error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setDraft(text);
        onChange(valueOf(readNumber(text)));
      }}
      onBlur={(event) => {
        setLeft(true);
        if (read?.kind === "number") setDraft(null);
        onBlur?.(event);
      }}
    />
  );
}

function valueOf(read: ReturnType<typeof readNumber>): number | null {
  return read.kind === "number" ? read.value : read.kind === "empty" ? null : Number.NaN;
}
