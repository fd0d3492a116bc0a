import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { addReasonCodeInput } from "../../../shared/inputs/settings.ts";
import { type ReasonedAction, reasonedActions } from "../../../shared/reason-codes.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { RestoredDraftLine } from "../../components/drafted-form.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";
import { reasonedActionLabels } from "./reason-labels.ts";
import { FormFooter } from "../../components/form-footer.tsx";
import * as formStyles from "../../components/form.module.css";

export function AddReasonDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Add reason" onClose={onClose}>
      {(close) => <AddReasonForm close={close} />}
    </Dialog>
  );
}

function AddReasonForm({ close }: { close(): void }) {
  const queryClient = useQueryClient();
  const add = useMutation(
    trpc.reasons.add.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.reasons.pathFilter()) }),
  );
  const { form, submit, isSending, problem, restored } = useActionForm({
    subject: "add reason",
    schema: addReasonCodeInput,
    initialValues: { name: "", actions: [] as ReasonedAction[] },
    send: add.mutateAsync,
    successMessage: "Reason added",
    close,
  });
  const chosen = form.values.actions;
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <RestoredDraftLine of={restored} />
      <TextInput
        label="Name"
        description="The name cannot be changed later."
        maxLength={60}
        {...form.getInputProps("name")}
      />
      <fieldset className={formStyles.checkBoxes}>
        <legend>Available for</legend>
        {reasonedActions.map((action) => (
          <CheckBox
            key={action}
            label={reasonedActionLabels[action]}
            isChecked={chosen.includes(action)}
            onChange={(isChecked) =>
              form.setFieldValue(
                "actions",
                isChecked ? [...chosen, action] : chosen.filter((other) => other !== action),
              )
            }
          />
        ))}
        {form.errors["actions"] && <p className="trouble">{form.errors["actions"]}</p>}
      </fieldset>
      <FormFooter problem={problem} submitLabel="Add reason" isSending={isSending} close={close} />
    </form>
  );
}
