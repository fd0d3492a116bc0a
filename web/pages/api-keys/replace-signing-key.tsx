import { useMutation, useQueryClient } from "@tanstack/react-query";
import { rotateSigningKeyInput } from "../../../shared/inputs/keys.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";

export function ReplaceKeyDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Replace signing key" onClose={onClose}>
      {(close) => <ReplaceForm close={close} />}
    </Dialog>
  );
}

function ReplaceForm({ close }: { close(): void }) {
  const queryClient = useQueryClient();
  const rotate = useMutation(
    trpc.signingKeys.rotate.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.signingKeys.pathFilter()),
    }),
  );
  const action = useActionForm({
    subject: "replace signing key",
    schema: rotateSigningKeyInput,
    initialValues: { reason: "" },
    send: rotate.mutateAsync,
    successMessage: "Signing key replaced",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          The next key signs from now on. Your product already has it, and tokens signed with the earlier key stay valid
          for up to 15 minutes. This cannot be undone.
        </p>
      }
      submitLabel="Replace key"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
