/** Chooses the subscriptions that a rule or digest covers: one's own, all, or those of a view. */
import { NativeSelect } from "@mantine/core";
import { isolated } from "../../../shared/foreign-text.ts";
import type { NotificationScope } from "../../../shared/notifications.ts";
import { withCurrent } from "../../components/select-options.ts";
import type { Choices } from "./choices.ts";

export function scopeOptions({ places, views }: Choices, allLabel = "All subscriptions") {
  return [
    ...(places === null ? [] : [{ value: "mine", label: "Subscriptions that I own" }]),
    { value: "all", label: allLabel },
    ...views.map(({ id, name }) => ({ value: id, label: `View: ${isolated(name)}` })),
  ];
}

type ScopeProps = {
  label: string;
  scope: NotificationScope;
  options: { value: string; label: string }[];
  isDisabled: boolean;
  onChange(scope: NotificationScope): void;
};

export function ScopeField({ label, scope, options, isDisabled, onChange }: ScopeProps) {
  const value = typeof scope === "string" ? scope : scope.viewId;
  return (
    <NativeSelect
      label={label}
      data={withCurrent(options, value)}
      value={value}
      disabled={isDisabled}
      onChange={(event) => {
        const next = event.currentTarget.value;
        onChange(next === "mine" || next === "all" ? next : { viewId: next });
      }}
    />
  );
}
