import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReasonedAction } from "../../shared/reason-codes.ts";
import { trpc } from "../trpc.ts";

type Props = {
  action: ReasonedAction;
  /** The form's properties of the field. */
  field: { value?: string | null; error?: unknown; onChange?: (event: React.ChangeEvent<HTMLSelectElement>) => void };
};

/** A select of the action's reason codes; renders nothing if there are none. */
export function ReasonChoice({ action, field }: Props) {
  const offered = useOfferedReasons(action);
  if (offered.length === 0) return null;
  return (
    <NativeSelect
      label="Reason"
      data={[{ value: "", label: "Choose…" }, ...offered.map(({ id, name }) => ({ value: id, label: name }))]}
      value={field.value ?? ""}
      error={typeof field.error === "string" ? field.error : undefined}
      onChange={(event) => field.onChange?.(event)}
    />
  );
}

export function useOfferedReasons(action: ReasonedAction | undefined) {
  const codes = useQuery(trpc.reasons.list.queryOptions());
  return (codes.data ?? []).filter(
    ({ retired, actions }) => retired === null && action !== undefined && actions.includes(action),
  );
}
