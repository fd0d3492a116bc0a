import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { allowedOriginInput } from "../../../shared/inputs/landing.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ReasonForm } from "../../components/reason-form.tsx";
import { trpc } from "../../trpc.ts";

type Props = {
  /** The origin to remove; null: one is added. */
  removed: string | null;
  /** The scopes whose destination has the removed origin. */
  users: readonly string[];
  onClose(): void;
};

export function OriginDialog({ removed, users, onClose }: Props) {
  return (
    <Dialog title={removed === null ? "Add origin" : `Remove origin ${removed}`} onClose={onClose}>
      {(close) =>
        removed === null ? <AddForm close={close} /> : <RemoveForm origin={removed} users={users} close={close} />
      }
    </Dialog>
  );
}

function useRefresh() {
  const queryClient = useQueryClient();
  return { onSettled: () => queryClient.invalidateQueries(trpc.destinations.pathFilter()) };
}

function AddForm({ close }: { close(): void }) {
  const add = useMutation(trpc.destinations.addOrigin.mutationOptions(useRefresh()));
  const action = useActionForm({
    subject: "add origin",
    schema: allowedOriginInput,
    initialValues: { origin: "", reason: "" },
    send: add.mutateAsync,
    successMessage: "Origin added",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          Destinations can then have addresses of this origin, to which purchasers are sent with their name, email
          address and purchase. Add only origins of your own product.
        </p>
      }
      submitLabel="Add origin"
      reason={action.form.getInputProps("reason")}
      close={close}
    >
      <TextInput
        label="Origin"
        placeholder="https://app.contoso.example"
        maxLength={300}
        autoComplete="off"
        {...action.form.getInputProps("origin")}
      />
    </ActionForm>
  );
}

function RemoveForm({ origin, users, close }: { origin: string; users: readonly string[]; close(): void }) {
  const remove = useMutation(trpc.destinations.removeOrigin.mutationOptions(useRefresh()));
  return (
    <ReasonForm
      subject={`remove origin ${origin}`}
      schema={allowedOriginInput}
      initialValues={{ origin, reason: "" }}
      send={remove.mutateAsync}
      successMessage="Origin removed"
      submitLabel="Remove origin"
      isDangerous
      close={close}
    >
      {users.length === 0
        ? "No destination uses this origin. You can add it again."
        : `From now on purchasers of ${users.join(", ")} are not sent to your product: the landing page says that it cannot be opened. You can add the origin again.`}
    </ReasonForm>
  );
}
