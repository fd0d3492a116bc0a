import { useMutation } from "@tanstack/react-query";
import { isolated } from "../../../shared/foreign-text.ts";
import { approveCancelInput, declineCancelInput } from "../../../shared/inputs.ts";
import type { CancelRequestView } from "../../../shared/views/cancellations.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { trpc } from "../../trpc.ts";

type Props = { verb: "approve" | "decline"; request: CancelRequestView; name: string; onClose(): void };

/** The second person's word on a cancellation. */
export function CancelRequestDialog({ verb, request, name, onClose }: Props) {
  return (
    <Dialog
      title={`${verb === "approve" ? "Approve" : "Decline"} the cancellation: ${isolated(name)}`}
      onClose={onClose}
    >
      {(close) =>
        verb === "approve" ? <Approve request={request} close={close} /> : <Decline request={request} close={close} />
      }
    </Dialog>
  );
}

function Approve({ request, close }: { request: CancelRequestView; close(): void }) {
  const approve = useMutation(trpc.cancellations.approve.mutationOptions());
  const action = useActionForm({
    schema: approveCancelInput,
    initialValues: { requestId: request.id },
    send: approve.mutateAsync,
    successMessage: "Approved: Microsoft is asked to cancel the subscription.",
    close,
  });
  return (
    <form onSubmit={action.submit} noValidate className="action-form">
      <div className="consequence">
        <p>
          Microsoft ends the subscription at once, and access with it; nothing brings it back. The record names{" "}
          {request.requestedByName}, who asked, and you, who approved.
        </p>
      </div>
      <FormFooter
        problem={action.problem}
        submitLabel="Approve and cancel"
        isSending={action.isSending}
        isDangerous
        close={close}
      />
    </form>
  );
}

function Decline({ request, close }: { request: CancelRequestView; close(): void }) {
  const decline = useMutation(trpc.cancellations.decline.mutationOptions());
  const action = useActionForm({
    schema: declineCancelInput,
    initialValues: { requestId: request.id, reason: "" },
    send: decline.mutateAsync,
    successMessage: "Declined; nothing was cancelled.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={<p>Nothing is cancelled. {request.requestedByName} can ask anew.</p>}
      submitLabel="Decline"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
