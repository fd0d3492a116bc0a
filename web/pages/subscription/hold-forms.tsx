import { useMutation } from "@tanstack/react-query";
import { reinstateInput, suspendInput } from "../../../shared/inputs.ts";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-dialog.tsx";
import { ActionFormFrame, useActionForm } from "../../components/action-form.tsx";

export function SuspendForm({ subscription, close }: ActionFormProps) {
  const suspend = useMutation(trpc.subscriptions.suspend.mutationOptions());
  const action = useActionForm({
    schema: suspendInput,
    initialValues: { subscriptionId: subscription.id, reason: "" },
    send: suspend.mutateAsync,
    taken: "Access is suspended.",
    close,
  });
  return (
    <ActionFormFrame
      action={action}
      consequence={
        <>
          <p>Stops the customer’s access at once, until someone reinstates it here.</p>
          <p>
            This is our own hold. Microsoft is not told and <strong>keeps billing the customer</strong>: only Microsoft
            can suspend a subscription, when a payment fails.
          </p>
        </>
      }
      confirm="Suspend access"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function ReinstateForm({ subscription, close }: ActionFormProps) {
  const reinstate = useMutation(trpc.subscriptions.reinstate.mutationOptions());
  const action = useActionForm({
    schema: reinstateInput,
    initialValues: { subscriptionId: subscription.id, reason: "" },
    send: reinstate.mutateAsync,
    taken: "Reinstated.",
    close,
  });
  return (
    <ActionFormFrame
      action={action}
      consequence={
        <>
          <p>
            {subscription.hold
              ? "Lifts our own hold."
              : "Tells Microsoft that we agree, where it has asked to reinstate the subscription."}
          </p>
          {subscription.status === "Suspended" && (
            <p>
              Microsoft has suspended this subscription because a payment failed. Access stays suspended until the
              customer has paid and Microsoft reinstates it.
            </p>
          )}
        </>
      }
      confirm="Reinstate access"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
