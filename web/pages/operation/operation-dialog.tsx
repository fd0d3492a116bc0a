import { useMutation } from "@tanstack/react-query";
import { replayInput, skipInput } from "../../../shared/inputs/operations.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ReasonForm } from "../../components/reason-form.tsx";
import { trpc } from "../../trpc.ts";
import { operationTitle } from "../../text/labels.ts";

type Props = { verb: "replay" | "skip"; operation: OperationView; onClose(): void };

/** The dialog for replaying or skipping an operation. */
export function OperationDialog({ verb, operation, onClose }: Props) {
  const Form = verb === "replay" ? ReplayForm : SkipForm;
  return (
    <Dialog title={`${verb === "replay" ? "Replay" : "Skip"}: ${operationTitle(operation)}`} onClose={onClose}>
      {(close) => <Form operationId={operation.id} close={close} />}
    </Dialog>
  );
}

type FormProps = { operationId: string; close(): void };

export function ReplayForm({ operationId, close }: FormProps) {
  const replay = useMutation(trpc.operations.replay.mutationOptions());
  return (
    <ReasonForm
      subject={`replay ${operationId}`}
      schema={replayInput}
      initialValues={{ operationId, reason: "" }}
      send={replay.mutateAsync}
      successMessage="Replaying the operation…"
      submitLabel="Replay operation"
      close={close}
    >
      Reads the operation from Microsoft again and applies the result. Changes that are already applied are not
      repeated.
    </ReasonForm>
  );
}

function SkipForm({ operationId, close }: FormProps) {
  const skip = useMutation(trpc.operations.skip.mutationOptions());
  return (
    <ReasonForm
      subject={`skip ${operationId}`}
      schema={skipInput}
      initialValues={{ operationId, reason: "" }}
      send={skip.mutateAsync}
      successMessage="Operation skipped"
      submitLabel="Skip operation"
      close={close}
    >
      Marketdesk stops processing this operation. Microsoft decides by its own rules, and the next reconciliation picks
      up the result.
    </ReasonForm>
  );
}
