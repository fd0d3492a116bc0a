import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReasonedAction } from "../../shared/reason-codes.ts";
import { trpc } from "../trpc.ts";

type Props = {
  action: ReasonedAction;
  /** As a form gives it: value, error and what to do on a change. */
  field: { value?: string | null; error?: unknown; onChange?: (event: React.ChangeEvent<HTMLSelectElement>) => void };
};

/** The reasons that are offered for an action; nothing where there are none. */
export function ReasonChoice({ action, field }: Props) {
  const offered = useOfferedReasons(action);
  if (offered.length === 0) return null;
  return (
    <NativeSelect
      label="Why"
      data={[{ value: "", label: "Choose…" }, ...offered.map(({ id, name }) => ({ value: id, label: name }))]}
      value={field.value ?? ""}
      error={typeof field.error === "string" ? field.error : undefined}
      onChange={(event) => field.onChange?.(event)}
    />
  );
}

export function useOfferedReasons(action: ReasonedAction) {
  const codes = useQuery(trpc.reasons.list.queryOptions());
  return (codes.data ?? []).filter(({ retired, actions }) => retired === null && actions.includes(action));
}
