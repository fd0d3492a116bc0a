import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { cancelInput } from "../../../shared/inputs/subscriptions.ts";
import { namesSubscription, shortIdOf } from "../../../shared/typed-confirmation.ts";
import { useNow } from "../../clock.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-form.ts";
import { Consequence } from "./consequence.tsx";
import { cancellationConsequences } from "./consequences.ts";

export function CancelForm({ subscription, close }: ActionFormProps) {
  const name = subscription.name.trim();
  const shortId = shortIdOf(subscription);
  const { cancelNeedsSecondPerson: needsApproval } = subscription;
  const now = useNow(15_000);
  const cancel = useMutation(trpc.subscriptions.cancel.mutationOptions());
  const action = useActionForm({
    subject: `cancel ${subscription.id}`,
    schema: cancelInput.refine(
      ({ confirmation }) => confirmation === "" || namesSubscription(confirmation, subscription),
      {
        path: ["confirmation"],
        error: name
          ? `The name does not match. Type the name shown above, or ${shortId}.`
          : `The ID does not match. Type ${shortId}.`,
      },
    ),
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "", confirmation: "" },
    send: cancel.mutateAsync,
    successMessage: needsApproval
      ? "Cancellation requested. Waiting for a colleague's approval."
      : "Cancellation sent to Microsoft. This page updates when it is complete.",
    close,
  });
  const { warning, ...consequences } = cancellationConsequences(subscription, now, needsApproval);
  return (
    <ActionForm
      action={action}
      isDangerous
      consequence={<Consequence of={consequences} warning={warning} />}
      cancelLabel="Keep subscription"
      submitLabel={needsApproval ? "Request cancellation" : "Cancel subscription"}
      reasonFor="cancel"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    >
      <TextInput
        label={name ? "Type the name to confirm" : "Type the ID to confirm"}
        description={
          name ? (
            <>
              The name is{" "}
              <strong>
                <bdi>{name}</bdi>
              </strong>
              . Alternatively, type <strong>{shortId}</strong>, the start of the ID.
            </>
          ) : (
            <>
              The ID starts with <strong>{shortId}</strong>.
            </>
          )
        }
        autoComplete="off"
        spellCheck={false}
        {...action.form.getInputProps("confirmation")}
      />
    </ActionForm>
  );
}
