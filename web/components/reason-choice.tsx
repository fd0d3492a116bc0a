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
  const choices = useReasonChoices(action, field.value ?? "");
  if (choices.length === 0) return null;
  return (
    <NativeSelect
      label="Reason"
      data={[{ value: "", label: "Choose…" }, ...choices]}
      value={field.value ?? ""}
      error={typeof field.error === "string" ? field.error : undefined}
      onChange={(event) => field.onChange?.(event)}
    />
  );
}

/** The offered reasons, and the chosen one even if it is no longer offered, so that the form shows what it would send. */
export function useReasonChoices(action: ReasonedAction, chosen: string): { value: string; label: string }[] {
  const codes = useQuery(trpc.reasons.list.queryOptions());
  const choices = useOfferedReasons(action).map(({ id, name }) => ({ value: id, label: name }));
  if (chosen === "" || codes.data === undefined || choices.some(({ value }) => value === chosen)) return choices;
  const code = codes.data.find(({ id }) => id === chosen);
  const label = code
    ? `${code.name} (${code.archived ? "archived" : "not available for this action"})`
    : "A deleted reason";
  return [...choices, { value: chosen, label }];
}

export function useOfferedReasons(action: ReasonedAction | undefined) {
  const codes = useQuery(trpc.reasons.list.queryOptions());
  return (codes.data ?? []).filter(
    ({ archived, actions }) => archived === null && action !== undefined && actions.includes(action),
  );
}
