import { useMutation } from "@tanstack/react-query";
import { erasePersonInput } from "../../../shared/inputs/people.ts";
import type { PersonErasure, PersonView } from "../../../shared/views/people.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";

type Props = {
  person: PersonView;
  chosen: { names: string[]; phones: string[] };
  onErased(): void;
  onClose(): void;
};

export function EraseDialog({ onClose, ...rest }: Props) {
  return (
    <Dialog title="Erase personal data" onClose={onClose}>
      {(close) => <EraseForm {...rest} close={close} />}
    </Dialog>
  );
}

function EraseForm({ person, chosen, onErased, close }: Omit<Props, "onClose"> & { close(): void }) {
  const erase = useMutation(trpc.people.erase.mutationOptions());
  const { email, subscriptions } = person;
  const live = subscriptions.filter(({ hasEnded, as }) => !hasEnded && as.some((role) => role !== "contact"));
  const action = useActionForm({
    subject: `erase ${email}`,
    schema: erasePersonInput,
    initialValues: { email, ...chosen, reason: "" },
    send: async (input) => {
      const done = await erase.mutateAsync(input);
      onErased();
      return done;
    },
    successMessage: erasureMessage,
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <>
          <p>
            <bdi>{[email, ...chosen.names, ...chosen.phones].join(", ")}</bdi> will be replaced by “[erased]” in
            subscriptions, notes, activity and stored calls. This cannot be undone. What happened, and when, stays on
            record.
          </p>
          {live.length > 0 && (
            <p>
              Microsoft still names this person for{" "}
              {countOf(live.length, "subscription that has not ended", "subscriptions that have not ended")}:{" "}
              {live.map(({ name }) => name).join(", ")}. That stays until {live.length === 1 ? "it ends" : "they end"}.
            </p>
          )}
          <p>Do not name the person in your reason.</p>
        </>
      }
      submitLabel="Erase"
      isDangerous
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

function erasureMessage({ rows, kept }: PersonErasure): string {
  const rowCount = countOf(rows, "row");
  return kept.length === 0
    ? `Erased from ${rowCount}.`
    : `Erased from ${rowCount}. Erase again after ${kept.length === 1 ? "this subscription has" : "these subscriptions have"} ended: ${kept.map(({ name }) => name).join(", ")}.`;
}
