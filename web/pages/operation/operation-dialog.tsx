import { useMutation } from "@tanstack/react-query";
import { replayInput, skipInput } from "../../../shared/inputs.ts";
import type { OperationView } from "../../../shared/views/operations.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";
import { operationTitle } from "../../text/labels.ts";

type Props = { verb: "replay" | "skip"; operation: OperationView; onClose(): void };

/** Asks for the reason of a replay or a skip, says what it does, and carries it out. */
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
  const action = useActionForm({
    schema: replayInput,
    initialValues: { operationId, reason: "" },
    send: replay.mutateAsync,
    successMessage: "The operation is being settled once more.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={<p>Microsoft is asked again and its answer applied. What is already applied stays as it is.</p>}
      submitLabel="Replay"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

function SkipForm({ operationId, close }: FormProps) {
  const skip = useMutation(trpc.operations.skip.mutationOptions());
  const action = useActionForm({
    schema: skipInput,
    initialValues: { operationId, reason: "" },
    send: skip.mutateAsync,
    successMessage: "The operation was put aside.",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          The desk stops settling it. Microsoft goes on by its own rules, and the next comparison with Microsoft follows
          what it holds.
        </p>
      }
      submitLabel="Skip"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
