import { useMutation, useQueryClient } from "@tanstack/react-query";
import { staffAccessInput } from "../../../shared/inputs/staff.ts";
import { policyChangeWaitHours } from "../../../shared/policy-changes.ts";
import type { StaffView } from "../../../shared/views/staff.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { trpc } from "../../trpc.ts";

/** Blocks or unblocks a staff member, with the consequences and a reason. */
export function StaffDialog({ person, onClose }: { person: StaffView; onClose(): void }) {
  const title = person.disabled ? `Unblock ${person.name}` : `Block ${person.name}`;
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
  const isBlocked = person.disabled !== null;
  const action = useActionForm({
    subject: `${isBlocked ? "unblock" : "block"} ${tenantId}:${objectId}`,
    schema: staffAccessInput,
    initialValues: { tenantId, objectId, reason: "" },
    async send(input) {
      if (isBlocked) return enable.mutateAsync(input);
      await disable.mutateAsync(input);
      return null;
    },
    successMessage: (outcome) =>
      outcome === null ? `${name} blocked` : policyOutcomeMessage(outcome, `${name} unblocked`),
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        isBlocked ? (
          <p>
            {name} can sign in again with the role in Entra. If another admin blocked {name}, this change is applied
            when a second admin approves it, or after {policyChangeWaitHours} hours.
          </p>
        ) : (
          <p>
            {name} is signed out on all devices immediately and cannot sign in. Their activity is kept. Entra is not
            changed: to remove access permanently, also remove the role there.
          </p>
        )
      }
      submitLabel={isBlocked ? "Unblock" : "Block"}
      isDangerous={!isBlocked}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
