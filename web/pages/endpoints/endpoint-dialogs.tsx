/** Dialogs of one endpoint: pause, remove, rotate the secret, send again. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import { type EndpointDialogProps, type EndpointFormProps, useRefresh, useReasonedForm } from "./endpoint-reason.ts";

export function PauseDialog({ endpoint, onClose }: EndpointDialogProps) {
  return (
    <Dialog title={`Pause endpoint “${endpoint.name}”`} onClose={onClose}>
      {(close) => <PauseForm endpoint={endpoint} close={close} />}
    </Dialog>
  );
}

function PauseForm({ endpoint, close }: EndpointFormProps) {
  const pause = useMutation(trpc.endpoints.pause.mutationOptions(useRefresh()));
  const action = useReasonedForm({ endpoint, close, send: pause.mutateAsync, done: "paused" });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Messages to this endpoint are kept and sent in order when you resume it. A message that is being sent now may
          still arrive.
        </p>
      }
      submitLabel="Pause endpoint"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function RemoveDialog({ endpoint, onClose }: EndpointDialogProps) {
  return (
    <Dialog title={`Remove endpoint “${endpoint.name}”`} onClose={onClose}>
      {(close) => <RemoveForm endpoint={endpoint} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ endpoint, close }: EndpointFormProps) {
  const navigate = useNavigate();
  const remove = useMutation(
    trpc.endpoints.remove.mutationOptions({
      ...useRefresh(),
      // Leave before the refresh: the page of a removed endpoint would say that it was not found.
      onSuccess: () => navigate({ to: "/settings/endpoints" }),
    }),
  );
  const action = useReasonedForm({ endpoint, close, send: remove.mutateAsync, done: "removed" });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Its secret is deleted
          {endpoint.waiting > 0 && `, and ${countOf(endpoint.waiting, "waiting message")} will not be sent`}. This
          cannot be undone. The messages that were sent stay listed for their retention.
        </p>
      }
      submitLabel="Remove endpoint"
      cancelLabel="Keep endpoint"
      isDangerous
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
