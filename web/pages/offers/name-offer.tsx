import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { nameOfferInput } from "../../../shared/inputs/settings.ts";
import type { OfferView } from "../../../shared/views/settings.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

type Props = { offer: OfferView; onClose(): void };

export function NameOfferDialog({ offer, onClose }: Props) {
  return (
    <Dialog title={offer.name === null ? "Name offer" : "Rename offer"} onClose={onClose}>
      {(close) => <NameOfferForm offer={offer} close={close} />}
    </Dialog>
  );
}

function NameOfferForm({ offer: { offerId, name }, close }: { offer: OfferView; close(): void }) {
  const rename = useMutation(trpc.offers.name.mutationOptions());
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: `name of ${offerId}`,
    schema: nameOfferInput,
    initialValues: { offerId, name: name ?? "", seenName: name },
    send: rename.mutateAsync,
    successMessage: "Name saved",
    close,
  });
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <p>
        The name replaces <code>{offerId}</code> on all pages and on the landing page. Use the name that customers know
        from the marketplace; leave it empty to show the ID.
      </p>
      <TextInput label="Name" maxLength={100} data-autofocus {...form.getInputProps("name")} />
      <FormFooter
        problem={problem}
        submitLabel={name === null ? "Name offer" : "Rename offer"}
        isSending={isSending}
        close={close}
      />
    </form>
  );
}
