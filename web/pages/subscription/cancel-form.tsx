import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { cancelInput } from "../../../shared/inputs.ts";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-dialog.tsx";
import { ActionFormFrame, useActionForm } from "../../components/action-form.tsx";

export function CancelForm({ subscription, close }: ActionFormProps) {
  const expected = subscription.name.trim() || subscription.id;
  const cancel = useMutation(trpc.subscriptions.cancel.mutationOptions());
  const action = useActionForm({
    schema: cancelInput.refine(({ confirmation }) => confirmation === "" || confirmation === expected, {
      path: ["confirmation"],
      error: `This is not the name. Type ${expected} exactly as it is written.`,
    }),
    initialValues: { subscriptionId: subscription.id, reason: "", confirmation: "" },
    send: cancel.mutateAsync,
    taken: "Microsoft is asked to cancel the subscription.",
    close,
  });
  return (
    <ActionFormFrame
      action={action}
      isDangerous
      consequence={
        <ul>
          <li>
            The subscription ends at once and access with it. It cannot be brought back; the customer has to buy anew.
          </li>
          <li>
            Within 72 hours of the purchase or renewal Microsoft refunds it. Later the customer pays for the term that
            has begun, and Microsoft may refuse for terms of more than a year.
          </li>
          <li>Usage that was already metered is billed in any case.</li>
        </ul>
      }
      confirm="Cancel subscription"
      reason={action.form.getInputProps("reason")}
      close={close}
    >
      <TextInput
        label="Type the name to confirm"
        description={
          <>
            The name is <strong>{expected}</strong>
          </>
        }
        autoComplete="off"
        spellCheck={false}
        {...action.form.getInputProps("confirmation")}
      />
    </ActionFormFrame>
  );
}
