import { useMutation } from "@tanstack/react-query";
import { activateInput } from "../../../shared/inputs/subscriptions.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-form.ts";
import { Consequence } from "./consequence.tsx";
import { activationConsequences } from "./consequences.ts";

export function ActivateForm({ subscription, close }: ActionFormProps) {
  const activate = useMutation(trpc.subscriptions.activate.mutationOptions());
  const action = useActionForm({
    subject: `activate ${subscription.id}`,
    schema: activateInput,
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "" },
    send: activate.mutateAsync,
    successMessage: "Activation requested. This page updates when it is complete.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <>
          <p>For purchasers who cannot finish on the landing page.</p>
          <Consequence of={activationConsequences(subscription)} />
        </>
      }
      submitLabel="Activate subscription"
      reasonFor="activate"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
