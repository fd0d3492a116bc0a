import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { planBulkInput } from "../../../shared/bulk.ts";
import type { BulkKind, BulkTarget } from "../../../shared/bulk.ts";
import { type PurchaserMailKind } from "../../../shared/notifications.ts";
import { Dialog } from "../../components/dialog.tsx";
import { RestoredDraftLine, useDraftedForm } from "../../components/drafted-form.tsx";
import { countOf } from "../../text/format.ts";
import { onLateSuccess } from "../../sending/late-success.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { bulkLabels } from "./bulk-labels.ts";
import { FormFooter } from "../../components/form-footer.tsx";
import { type BulkValues, noBulkValues, type BulkProblems, actionOf } from "./bulk-values.ts";
import { BulkFields } from "./bulk-fields.tsx";
import * as formStyles from "../../components/form.module.css";

type Props = {
  kind: BulkKind;
  count: number;
  /** Whether more than `count` are selected. */
  hasMore?: boolean;
  target: BulkTarget;
  /** The template that fits the selection. */
  template: PurchaserMailKind | null;
  onClose(): void;
};

/** Asks for the action's values and starts the dry run. */
export function BulkDialog({ kind, count, hasMore = false, target, template, onClose }: Props) {
  const { title, consequence } = bulkLabels[kind];
  return (
    <Dialog title={`${title}: ${hasMore ? "more than " : ""}${countOf(count, "subscription")}`} onClose={onClose}>
      {(close) => <BulkForm kind={kind} target={target} template={template} consequence={consequence} close={close} />}
    </Dialog>
  );
}

function BulkForm(props: Pick<Props, "kind" | "target" | "template"> & { consequence: string; close(): void }) {
  const { kind, target, template, consequence, close } = props;
  const navigate = useNavigate();
  const plan = useMutation(trpc.bulk.plan.mutationOptions());
  const { form, restored, forgetDraft } = useDraftedForm<BulkValues>({
    subject: `bulk ${kind}`,
    initialValues: { ...noBulkValues, template: template ?? "" },
  });
  const { values } = form;
  const [problems, setProblems] = useState<BulkProblems>({});
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);

  async function submit(asked: BulkValues) {
    if (isSending) return;
    const read = planBulkInput.safeParse({ action: actionOf(kind, asked), target });
    if (!read.success) {
      const found = read.error.issues.map(({ path, message: text }) => [String(path[1] ?? path[0]), text] as const);
      setProblems(Object.fromEntries(found));
      return;
    }
    setProblems({});
    setProblem(null);
    setSending(true);
    try {
      const { id } = await plan.mutateAsync(read.data);
      forgetDraft();
      await navigate({ to: "/bulk/$id", params: { id } });
    } catch (error) {
      onLateSuccess(error, forgetDraft);
      setProblems(fieldProblems(error));
      setProblem(problemOf(error, "The dry run was not created"));
    } finally {
      setSending(false);
    }
  }

  return (
    <form
      className={formStyles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const { submitter } = event.nativeEvent;
        // Each person is a button that submits the form.
        const owner = submitter instanceof HTMLButtonElement && submitter.name === "owner" ? submitter.value : "";
        void submit({ ...values, owner });
      }}
    >
      <div className={formStyles.consequences}>
        <p>{consequence}</p>
      </div>
      <RestoredDraftLine of={restored} />
      <BulkFields kind={kind} values={values} set={(part) => form.setValues(part)} problems={problems} />
      <p className="dim">
        The dry run changes nothing. It shows what would happen to each subscription, and you decide whether to apply
        it.
      </p>
      <FormFooter
        problem={problem}
        submitLabel={kind === "assignOwner" ? null : "Dry run"}
        cancelLabel={kind === "cancel" ? "Keep subscriptions" : undefined}
        isSending={isSending}
        lostAnswerNote="The dry run is under Bulk runs."
        close={close}
      />
    </form>
  );
}
