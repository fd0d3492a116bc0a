import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { planBulkInput } from "../../../shared/bulk.ts";
import type { BulkKind, BulkTarget } from "../../../shared/bulk.ts";
import { type PurchaserMailKind, purchaserMailKindLabels, purchaserMailKinds } from "../../../shared/notifications.ts";
import { staffActions } from "../../../shared/lifecycle.ts";
import { Button } from "../../components/button.tsx";
import { useColleagues } from "../../components/colleagues.ts";
import { Dialog } from "../../components/dialog.tsx";
import { RestoredInputLine, useDraftedForm } from "../../components/drafted-form.tsx";
import { ReasonChoice, useOfferedReasons } from "../../components/reason-choice.tsx";
import { countOf } from "../../text/format.ts";
import { onLateSuccess } from "../../sending/late-success.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { bulkLabels } from "./bulk-labels.ts";
import { NumberField } from "../../components/number-field.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import * as bulkStyles from "../../components/table/bulk-bar.module.css";
import * as formStyles from "../../components/form.module.css";

type Props = {
  kind: BulkKind;
  count: number;
  target: BulkTarget;
  /** The template that fits the selection. */
  template: PurchaserMailKind | null;
  onClose(): void;
};

/** The values of the fields, as typed. */
type Values = {
  /** `none`, `me`, or a colleague's id; empty if nothing is selected. */
  owner: string;
  add: string;
  remove: string;
  /** Whether to set or remove the follow-ups; empty if nothing is selected. */
  followUp: "" | "day" | "none";
  on: string;
  planId: string;
  quantity: number | null;
  template: string;
  reason: string;
  reasonCode: string;
};
const noValues: Values = {
  owner: "",
  add: "",
  remove: "",
  followUp: "",
  on: "",
  planId: "",
  quantity: null,
  template: "",
  reason: "",
  reasonCode: "",
};
type Problems = Partial<Record<string, string>>;

/** Asks for the action's values and starts the dry run. */
export function BulkDialog({ kind, count, target, template, onClose }: Props) {
  const { title, consequence } = bulkLabels[kind];
  return (
    <Dialog title={`${title}: ${countOf(count, "subscription")}`} onClose={onClose}>
      {(close) => <BulkForm kind={kind} target={target} template={template} consequence={consequence} close={close} />}
    </Dialog>
  );
}

function BulkForm(props: Pick<Props, "kind" | "target" | "template"> & { consequence: string; close(): void }) {
  const { kind, target, template, consequence, close } = props;
  const navigate = useNavigate();
  const plan = useMutation(trpc.bulk.plan.mutationOptions());
  const { form, restored, forgetDraft } = useDraftedForm<Values>({
    subject: `bulk ${kind}`,
    initialValues: { ...noValues, template: template ?? "" },
  });
  const { values } = form;
  const [problems, setProblems] = useState<Problems>({});
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);

  async function submit(asked: Values) {
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
        // Each person has a button that sends the form.
        const owner = submitter instanceof HTMLButtonElement && submitter.name === "owner" ? submitter.value : "";
        void submit({ ...values, owner });
      }}
    >
      <div className={formStyles.consequences}>
        <p>{consequence}</p>
      </div>
      <RestoredInputLine of={restored} />
      <Fields kind={kind} values={values} set={(part) => form.setValues(part)} problems={problems} />
      <p className="dim">
        The dry run changes nothing. It shows what would happen to each subscription, and you decide whether to apply
        it.
      </p>
      <FormFooter
        problem={problem}
        submitLabel={kind === "assignOwner" ? null : "Dry run"}
        isSending={isSending}
        lostAnswerNote="The dry run is under Bulk runs."
        close={close}
      />
    </form>
  );
}

function Fields(props: { kind: BulkKind; values: Values; set(part: Partial<Values>): void; problems: Problems }) {
  const { kind, values, set, problems } = props;
  const reasoned = staffActions.find((action) => action === kind);
  const offered = useOfferedReasons(reasoned);
  return (
    <>
      {kind === "assignOwner" && <OwnerButtons problem={problems["owner"]} />}
      {kind === "changeTags" && (
        <>
          <TextInput
            label="Add"
            description="Separate tags with commas."
            value={values.add}
            error={problems["add"]}
            onChange={(event) => set({ add: event.currentTarget.value })}
            data-autofocus
          />
          <TextInput
            label="Remove"
            value={values.remove}
            error={problems["remove"]}
            onChange={(event) => set({ remove: event.currentTarget.value })}
          />
        </>
      )}
      {kind === "write" && <TemplateField values={values} set={set} problem={problems["template"]} />}
      {kind === "setFollowUp" && <FollowUpField values={values} set={set} problem={problems["on"]} />}
      {kind === "changePlan" && <PlanField values={values} set={set} problem={problems["planId"]} />}
      {kind === "changeQuantity" && (
        <NumberField
          label="Seats per subscription"
          value={values.quantity}
          error={problems["quantity"]}
          onChange={(quantity) => set({ quantity })}
          data-autofocus
        />
      )}
      {reasoned && (
        <ReasonChoice
          action={reasoned}
          field={{
            value: values.reasonCode,
            error: problems["reasonCode"],
            onChange: (event) => set({ reasonCode: event.currentTarget.value }),
          }}
        />
      )}
      {reasoned && (
        <Textarea
          label={offered.length > 0 ? "Note (optional)" : "Reason"}
          description="Stored in the audit trail of each subscription. Customers do not see it."
          autosize
          minRows={2}
          maxLength={500}
          value={values.reason}
          error={problems["reason"]}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      )}
    </>
  );
}

/** Each of them sends the form: a choice and a confirmation would be two steps to a dry run, which changes nothing. */
function OwnerButtons({ problem }: { problem: string | undefined }) {
  const colleagues = useColleagues() ?? [];
  const people = [
    { id: "me", name: "Me" },
    { id: "none", name: "Unassigned" },
    ...colleagues.map(({ id, name }) => ({ id, name: isolated(name) })),
  ];
  return (
    <div>
      <p id="bulk-owner">Owner</p>
      <ul className={bulkStyles.people} aria-labelledby="bulk-owner">
        {people.map(({ id, name }) => (
          <li key={id}>
            <Button type="submit" name="owner" value={id} variant="default" size="compact-sm">
              {name}
            </Button>
          </li>
        ))}
      </ul>
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function TemplateField(props: { values: Values; set(part: Partial<Values>): void; problem: string | undefined }) {
  return (
    <NativeSelect
      label="Template"
      value={props.values.template}
      error={props.problem}
      onChange={(event) => props.set({ template: event.currentTarget.value })}
      data={[
        { value: "", label: "Select a template…" },
        ...purchaserMailKinds.map((kind) => ({ value: kind, label: purchaserMailKindLabels[kind] })),
      ]}
      data-autofocus
    />
  );
}

function FollowUpField(props: { values: Values; set(part: Partial<Values>): void; problem: string | undefined }) {
  const { values, set, problem } = props;
  const choice = (followUp: Values["followUp"]) => ({
    type: "radio",
    name: "followUp",
    checked: values.followUp === followUp,
    onChange: () => set({ followUp }),
  });
  return (
    <fieldset className={formStyles.choice}>
      <legend>Follow-up</legend>
      <label>
        <input {...choice("day")} />
        <span>Set a date</span>
      </label>
      {values.followUp === "day" && (
        <TextInput
          type="date"
          aria-label="Follow-up date"
          value={values.on}
          onChange={(event) => set({ on: event.currentTarget.value })}
        />
      )}
      <label>
        <input {...choice("none")} />
        <span>Remove the follow-up</span>
      </label>
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

function PlanField(props: { values: Values; set(part: Partial<Values>): void; problem: string | undefined }) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const plans = (facets.data?.offers ?? []).flatMap(({ name: offerName, plans: offered }) =>
    offered.map(({ planId, name }) => ({ value: planId, label: `${name} (${offerName})` })),
  );
  const each = [...new Map(plans.map((plan) => [plan.value, plan])).values()];
  return (
    <NativeSelect
      label="Plan"
      value={props.values.planId}
      error={props.problem}
      onChange={(event) => props.set({ planId: event.currentTarget.value })}
      data={[{ value: "", label: "Select a plan" }, ...each]}
    />
  );
}

function actionOf(
  kind: BulkKind,
  { owner, add, remove, followUp, on, planId, quantity, template, reason, reasonCode }: Values,
) {
  const list = (text: string) => text.split(",").flatMap((part) => part.trim() || []);
  switch (kind) {
    case "refresh":
      return { kind };
    case "assignOwner":
      return { kind, owner: owner === "none" ? null : owner };
    case "changeTags":
      return { kind, add: list(add), remove: list(remove) };
    case "setFollowUp":
      return { kind, on: followUp === "none" ? null : on };
    case "write":
      return { kind, template };
    case "changePlan":
      return { kind, planId, reason, reasonCode };
    case "changeQuantity":
      return { kind, quantity: quantity ?? Number.NaN, reason, reasonCode };
    default:
      return { kind, reason, reasonCode };
  }
}
