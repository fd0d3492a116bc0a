import { useMutation, useQueryClient } from "@tanstack/react-query";
import { declinePolicyChangeInput } from "../../../shared/inputs/policies.ts";
import type { PolicyChangeView } from "../../../shared/views/policy-changes.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";

/** Asks for the reason, and declines. */
export function DeclineDialog({ change, onClose }: { change: PolicyChangeView; onClose(): void }) {
  return (
    <Dialog title="Decline policy change" onClose={onClose}>
      {(close) => <DeclineForm change={change} close={close} />}
    </Dialog>
  );
}

function DeclineForm({ change, close }: { change: PolicyChangeView; close(): void }) {
  const queryClient = useQueryClient();
  const decline = useMutation(
    trpc.policyChanges.decline.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.policyChanges.pathFilter()),
    }),
  );
  const action = useActionForm({
    subject: `decline policy change ${change.id}`,
    schema: declinePolicyChangeInput,
    initialValues: { id: change.id, reason: "" },
    send: decline.mutateAsync,
    successMessage: "Declined. The policy stays as it is.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          {change.summary}: this will not be applied. {change.requestedByName} can request it again.
        </p>
      }
      submitLabel="Decline"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
