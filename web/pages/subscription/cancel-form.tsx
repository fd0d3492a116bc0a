import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { cancelInput } from "../../../shared/inputs.ts";
import { useNow } from "../../clock.ts";
import { ActionFormFrame, useActionForm } from "../../components/action-form.tsx";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-dialog.tsx";
import { Consequence } from "./consequence.tsx";
import { ofCancellation } from "./consequences.ts";

export function CancelForm({ subscription, close }: ActionFormProps) {
  const expected = subscription.name.trim() || subscription.id;
  const { cancelNeedsSecondPerson: isAsked } = subscription;
  const now = useNow(15_000);
  const cancel = useMutation(trpc.subscriptions.cancel.mutationOptions());
  const action = useActionForm({
    schema: cancelInput.refine(({ confirmation }) => confirmation === "" || confirmation === expected, {
      path: ["confirmation"],
      error: `This is not the name. Type ${expected} exactly as it is written.`,
    }),
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "", confirmation: "" },
    send: cancel.mutateAsync,
    taken: isAsked
      ? "The cancellation waits for a second person; it shows under what needs them."
      : "Microsoft is asked to cancel the subscription.",
    close,
  });
  const { warning, ...consequences } = ofCancellation(subscription, now, isAsked);
  return (
    <ActionFormFrame
      action={action}
      isDangerous
      consequence={<Consequence of={consequences} warning={warning} />}
      confirm={isAsked ? "Ask for the cancellation" : "Cancel subscription"}
      reasonFor="cancel"
      reasonCode={action.form.getInputProps("reasonCode")}
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
