/** Filters as fields; their values are kept in the URL. */
import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ownerMe } from "../../../shared/filters.ts";
import { trpc } from "../../trpc.ts";
import * as filtersStyles from "./filters.module.css";

function useSearchChange() {
  const navigate = useNavigate();
  return (name: string, value: string | undefined) =>
    void navigate({
      to: ".",
      search: (before) => ({ ...before, [name]: value, cursor: undefined }),
      replace: true,
    });
}

type SearchFilterProps = { q: string | undefined; label: string };

/** A search within the list. The key `f` focuses it. */
export function SearchFilter({ q = "", label }: SearchFilterProps) {
  const change = useSearchChange();
  const [typed, setTyped] = useState(q);
  const [sent, setSent] = useState(q);
  const [seen, setSeen] = useState(q);
  if (q !== seen) {
    setSeen(q);
    // Keep text that was typed since the last request. Otherwise a link, *Back* or a reset of the filters has set the value.
    if (q !== sent) {
      setSent(q);
      setTyped(q);
    }
  }
  const search = useDebouncedCallback((text: string) => {
    setSent(text.trim());
    setTyped(text);
    change("q", text.trim() || undefined);
  }, 200);
  return (
    <TextInput
      size="xs"
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      data-shortcut="filters"
      className={filtersStyles.searchFilter}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}

type Props = {
  label: string;
  /** The filter. */
  name: string;
  value: string | undefined;
  /** Label of the empty option. */
  any: string;
  choices: { value: string; label: string }[];
};

export function ChoiceFilter({ label, name, value, any, choices }: Props) {
  const change = useSearchChange();
  // A value from the URL is kept even if it is not among the choices.
  const isKnown = value === undefined || choices.some((choice) => choice.value === value);
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value ?? ""}
      data-on={value !== undefined || undefined}
      onChange={(event) => change(name, event.currentTarget.value || undefined)}
      data={[
        { value: "", label: any },
        ...[...choices, ...(isKnown ? [] : [{ value, label: value }])].map((choice) => ({
          ...choice,
          label: isolated(choice.label),
        })),
      ]}
    />
  );
}

/** Filters by staff member. */
export function PersonFilter({ person }: { person: string | undefined }) {
  const people = useQuery(trpc.activity.people.queryOptions());
  return (
    <ChoiceFilter
      label="Staff member"
      name="person"
      value={person}
      any="Anyone"
      choices={[
        { value: ownerMe, label: "Me" },
        ...(people.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}
