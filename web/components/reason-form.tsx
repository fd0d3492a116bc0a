import type { ReactNode } from "react";
import { ActionForm, useActionForm } from "./action-form.tsx";

type Options<Input extends { reason: string }> = Parameters<typeof useActionForm<Input, unknown>>[0] & {
  /** The consequences of the action. */
  children: ReactNode;
  submitLabel: string;
  isDangerous?: boolean;
};

/** A form of an action that only needs a reason. */
export function ReasonForm<Input extends { reason: string }>(props: Options<Input>) {
  const { children, submitLabel, isDangerous, ...options } = props;
  const action = useActionForm<Input, unknown>(options);
  return (
    <ActionForm
      action={action}
      consequence={<p>{children}</p>}
      submitLabel={submitLabel}
      isDangerous={isDangerous}
      reason={action.form.getInputProps("reason")}
      close={options.close}
    />
  );
}
