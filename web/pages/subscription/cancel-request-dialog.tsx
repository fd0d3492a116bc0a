import { useMutation } from "@tanstack/react-query";
import { isolated } from "../../../shared/foreign-text.ts";
import { approveCancelInput, declineCancelInput } from "../../../shared/inputs/cancellations.ts";
import type { CancelRequestView } from "../../../shared/views/cancellations.ts";
import { useNow } from "../../clock.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { trpc } from "../../trpc.ts";
import { Consequence } from "./consequence.tsx";
import { cancellationConsequences, type PurchasedPlan } from "./consequences.ts";
import * as formStyles from "../../components/form.module.css";

type Props = {
  verb: "approve" | "decline";
  request: CancelRequestView;
  purchase: PurchasedPlan;
  name: string;
  onClose(): void;
};

/** Approves or declines a colleague's cancellation request. */
export function CancelRequestDialog({ verb, request, purchase, name, onClose }: Props) {
  return (
    <Dialog title={`${verb === "approve" ? "Approve" : "Decline"} cancellation: ${isolated(name)}`} onClose={onClose}>
      {(close) =>
        verb === "approve" ? (
          <Approve request={request} purchase={purchase} close={close} />
        ) : (
          <Decline request={request} close={close} />
        )
      }
    </Dialog>
  );
}

function Approve({ request, purchase, close }: Pick<Props, "request" | "purchase"> & { close(): void }) {
  const now = useNow(15_000);
  const approve = useMutation(trpc.cancellations.approve.mutationOptions());
  const action = useActionForm({
    subject: `approve cancellation ${request.id}`,
    schema: approveCancelInput,
    initialValues: { requestId: request.id },
    send: approve.mutateAsync,
    successMessage: "Approved. Cancellation sent to Microsoft.",
    close,
  });
  const { warning, happens, ...rest } = cancellationConsequences(purchase, now, false);
  const recorded = `The audit trail shows that ${isolated(request.requestedByName)} requested the cancellation and you approved it.`;
  return (
    <form onSubmit={action.submit} noValidate className={formStyles.form}>
      <div className={formStyles.consequences}>
        <Consequence of={{ happens: [...happens, recorded], ...rest }} warning={warning} />
      </div>
      <FormFooter
        problem={action.problem}
        submitLabel="Approve and cancel"
        cancelLabel="Keep subscription"
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
    subject: `decline cancellation ${request.id}`,
    schema: declineCancelInput,
    initialValues: { requestId: request.id, reason: "" },
    send: decline.mutateAsync,
    successMessage: "Declined. The subscription was not canceled.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={<p>The subscription stays active. {request.requestedByName} can request the cancellation again.</p>}
      submitLabel="Decline cancellation"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
