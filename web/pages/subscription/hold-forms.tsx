import { useMutation } from "@tanstack/react-query";
import { reinstateInput, suspendInput } from "../../../shared/inputs.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-form.ts";
import { Consequence } from "./consequence.tsx";
import { reinstatementConsequences, suspensionConsequences } from "./consequences.ts";

export function SuspendForm({ subscription, close }: ActionFormProps) {
  const suspend = useMutation(trpc.subscriptions.suspend.mutationOptions());
  const action = useActionForm({
    schema: suspendInput,
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "" },
    send: suspend.mutateAsync,
    successMessage: "Access suspended",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={<Consequence of={suspensionConsequences()} />}
      submitLabel="Suspend access"
      reasonFor="suspend"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function ReinstateForm({ subscription, close }: ActionFormProps) {
  const reinstate = useMutation(trpc.subscriptions.reinstate.mutationOptions());
  const action = useActionForm({
    schema: reinstateInput,
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "" },
    send: reinstate.mutateAsync,
    successMessage: "Access reinstated",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={<Consequence of={reinstatementConsequences(subscription)} />}
      submitLabel="Reinstate access"
      reasonFor="reinstate"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
