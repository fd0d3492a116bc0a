import { useMutation } from "@tanstack/react-query";
import { activateInput } from "../../../shared/inputs.ts";
import { countOf } from "../../format.ts";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-dialog.tsx";
import { ActionFormFrame, useActionForm } from "../../components/action-form.tsx";

export function ActivateForm({ subscription, close }: ActionFormProps) {
  const activate = useMutation(trpc.subscriptions.activate.mutationOptions());
  const action = useActionForm({
    schema: activateInput,
    initialValues: { subscriptionId: subscription.id, reason: "" },
    send: activate.mutateAsync,
    taken: "Microsoft is being told that the subscription is active.",
    close,
  });
  const seats = subscription.quantity === null ? "" : `, ${countOf(subscription.quantity, "seat")}`;
  return (
    <ActionFormFrame
      action={action}
      consequence={
        <p>
          Tells Microsoft that {subscription.planName}
          {seats} is ready for the customer. Microsoft then starts billing, unless a free trial runs first, and access
          becomes full. Do this for a purchaser who cannot finish on the landing page.
        </p>
      }
      confirm="Activate subscription"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
