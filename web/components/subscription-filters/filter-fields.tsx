/** The fields of filters: a choice, yes or no, a text, a number and a day. */
import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { z } from "zod";
import { type Day, isDay } from "../../../shared/day.ts";
import { NumberField } from "../number-field.tsx";

type FilterOption = { value: string; label: string };

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: FilterOption[];
  choose(value: string | undefined): void;
};

export function ChoiceField({ label, value, options, choose }: ChoiceProps) {
  return (
    <NativeSelect
      size="xs"
      label={label}
      value={value ?? ""}
      onChange={(event) => choose(event.currentTarget.value || undefined)}
      data={[{ value: "", label: "Any" }, ...options.map((option) => ({ ...option, label: isolated(option.label) }))]}
    />
  );
}

type YesNoFilterProps = {
  label: string;
  value: boolean | undefined;
  labels: [yes: string, no: string];
  choose(value: boolean | undefined): void;
};

export function YesNoField({ label, value, labels, choose }: YesNoFilterProps) {
  return (
    <ChoiceField
      label={label}
      value={value === undefined ? undefined : String(value)}
      options={[
        { value: "true", label: labels[0] },
        { value: "false", label: labels[1] },
      ]}
      choose={(chosen) => choose(chosen === undefined ? undefined : chosen === "true")}
    />
  );
}

type TypedProps = { label: string; value: string | undefined; choose(value: string | undefined): void };

export function TextField({ label, value, choose }: TypedProps) {
  const take = (text: string) => {
    const typed = text.trim() || undefined;
    if (typed !== value) choose(typed);
  };
  return (
    <TextInput
      size="xs"
      label={label}
      defaultValue={value ?? ""}
      key={value}
      onBlur={(event) => take(event.currentTarget.value)}
      onKeyDown={onEnter((event) => take(event.currentTarget.value))}
    />
  );
}

type NumberFilterProps = {
  label: string;
  /** The schema that the number must satisfy. */
  schema: z.ZodType<number | undefined>;
  value: number | undefined;
  choose(value: number | undefined): void;
};

/** A number, applied on blur or Enter. Invalid input shows an error and changes nothing. */
export function FilterNumberField({ label, schema, value, choose }: NumberFilterProps) {
  const [typed, setTyped] = useState(value ?? null);
  const read = schema.safeParse(typed ?? undefined);
  const take = () => read.success && read.data !== value && choose(read.data);
  return (
    <NumberField
      size="xs"
      label={label}
      value={typed}
      error={read.success ? undefined : read.error.issues[0]?.message}
      onChange={setTyped}
      onBlur={take}
      onKeyDown={onEnter(take)}
    />
  );
}

type DayProps = { label: string; value: Day | undefined; choose(value: Day | undefined): void };

export function FilterDayField({ label, value, choose }: DayProps) {
  return (
    <TextInput
      type="date"
      size="xs"
      label={label}
      defaultValue={value ?? ""}
      key={value}
      // A partly typed year is a valid year too, so the value counts only on blur or Enter.
      onBlur={(event) => {
        const day = dayOrNone(event.currentTarget.value);
        if (day !== value) choose(day);
      }}
      onKeyDown={onEnter((event) => choose(dayOrNone(event.currentTarget.value)))}
    />
  );
}

/** Enter applies the field, and does not submit a form around the filters, such as that of an automation. */
function onEnter(apply: (event: React.KeyboardEvent<HTMLInputElement>) => void) {
  return (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    apply(event);
  };
}

const dayOrNone = (text: string) => (isDay(text) ? text : undefined);
