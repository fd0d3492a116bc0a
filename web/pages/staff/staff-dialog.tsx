import { useMutation, useQueryClient } from "@tanstack/react-query";
import { staffAccessInput } from "../../../shared/inputs.ts";
import type { StaffView } from "../../../shared/views/staff.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { trpc } from "../../trpc.ts";

/** Asks for the reason, says what happens, and shuts the person out or lets them in again. */
export function StaffDialog({ person, onClose }: { person: StaffView; onClose(): void }) {
  const title = person.disabled ? `Let in again: ${person.name}` : `Shut out: ${person.name}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {(close) => <StaffForm person={person} close={close} />}
    </Dialog>
  );
}

function StaffForm({ person, close }: { person: StaffView; close(): void }) {
  const queryClient = useQueryClient();
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.staff.pathFilter()) };
  const disable = useMutation(trpc.staff.disable.mutationOptions(refresh));
  const enable = useMutation(trpc.staff.enable.mutationOptions(refresh));
  const { name, tenantId, objectId } = person;
  const isOut = person.disabled !== null;
  const action = useActionForm({
    schema: staffAccessInput,
    initialValues: { tenantId, objectId, reason: "" },
    async send(input) {
      if (isOut) return enable.mutateAsync(input);
      await disable.mutateAsync(input);
      return null;
    },
    successMessage: (outcome) =>
      outcome === null ? `${name} is shut out.` : policyOutcomeMessage(outcome, `${name} may sign in again.`),
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        isOut ? (
          <p>
            {name} may sign in again, with the role that Entra gives then. If another admin shut {name} out, this waits
            until a second admin approves it, or for 24 hours.
          </p>
        ) : (
          <p>
            From their next click on {name} sees nothing of the desk and cannot sign in, on any device. What they did
            stays on record. Entra is not told: take the role away there too when it is for good.
          </p>
        )
      }
      submitLabel={isOut ? "Let in again" : "Shut out"}
      isDangerous={!isOut}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
