import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { removeAutomationInput } from "../../../shared/automations.ts";
import type { AutomationDetailView } from "../../../shared/views/automations.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";

type Props = { automation: AutomationDetailView; onClose(): void };

export function RemoveDialog({ automation, onClose }: Props) {
  return (
    <Dialog title={`Delete automation “${automation.name}”`} onClose={onClose}>
      {(close) => <RemoveForm automation={automation} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ automation: { id, name }, close }: { automation: AutomationDetailView; close(): void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.automations.remove.mutationOptions({
      async onSuccess() {
        await navigate({ to: "/settings/automations" });
      },
      onSettled: () => queryClient.invalidateQueries(trpc.automations.list.pathFilter()),
    }),
  );
  const action = useActionForm({
    subject: `delete automation ${id}`,
    schema: removeAutomationInput,
    initialValues: { id, reason: "" },
    send: remove.mutateAsync,
    successMessage: `Automation “${name}” deleted`,
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          The automation stops acting. Its earlier actions are not undone, and changes that it has proposed can still be
          confirmed or declined.
        </p>
      }
      submitLabel="Delete automation"
      reason={action.form.getInputProps("reason")}
      isDangerous
      close={close}
    />
  );
}
