import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { planBulkInput } from "../../../shared/bulk.ts";
import type { BulkKind, BulkTarget } from "../../../shared/bulk.ts";
import { staffActions } from "../../../shared/lifecycle.ts";
import { useColleagues } from "../../components/colleagues.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ReasonChoice } from "../../components/reason-choice.tsx";
import { countOf } from "../../text/format.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import { bulkLabels } from "./bulk-labels.ts";
import "../../components/action-form.css";
import { NumberField } from "../../components/number-field.tsx";
import { FormFooter } from "../../components/form-footer.tsx";

type Props = { kind: BulkKind; count: number; target: BulkTarget; onClose(): void };

/** What the fields hold, as people typed it. */
type Values = {
  /** `none`, `me`, or a colleague's id; empty: not chosen yet. */
  owner: string;
  add: string;
  remove: string;
  /** Whether the follow-ups get a day or are removed; empty: not chosen yet. */
  followUp: "" | "day" | "none";
  on: string;
  planId: string;
  quantity: number | null;
  reason: string;
  reasonCode: string;
};
type Problems = Partial<Record<string, string>>;

/** Asks for what the action needs, and makes the dry run. */
export function BulkDialog({ kind, count, target, onClose }: Props) {
  const { title, consequence } = bulkLabels[kind];
  return (
    <Dialog title={`${title}: ${countOf(count, "subscription")}`} onClose={onClose}>
      {(close) => <BulkForm kind={kind} target={target} consequence={consequence} close={close} />}
    </Dialog>
  );
}

function BulkForm(props: Pick<Props, "kind" | "target"> & { consequence: string; close(): void }) {
  const { kind, target, consequence, close } = props;
  const navigate = useNavigate();
  const plan = useMutation(trpc.bulk.plan.mutationOptions());
  const [values, setValues] = useState<Values>({
    owner: "",
    add: "",
    remove: "",
    followUp: "",
    on: "",
    planId: "",
    quantity: null,
    reason: "",
    reasonCode: "",
  });
  const [problems, setProblems] = useState<Problems>({});
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const set = (part: Partial<Values>) => setValues({ ...values, ...part });

  async function submit() {
    const read = planBulkInput.safeParse({ action: actionOf(kind, values), target });
    if (!read.success) {
      const found = read.error.issues.map(({ path, message: text }) => [String(path[1] ?? path[0]), text] as const);
      setProblems(Object.fromEntries(found));
      return;
    }
    setProblems({});
    setProblem(null);
    try {
      const { id } = await plan.mutateAsync(read.data);
      await navigate({ to: "/bulk/$id", params: { id } });
    } catch (error) {
      setProblems(fieldProblems(error));
      setProblem(problemOf(error, "There is no dry run"));
    }
  }

  return (
    <form
      className="action-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="consequence">
        <p>{consequence}</p>
      </div>
      <Fields kind={kind} values={values} set={set} problems={problems} />
      <p className="dim">
        The dry run changes nothing. It says for each one what would happen, and waits for you to start it.
      </p>
      <FormFooter
        problem={problem}
        submitLabel="Dry run"
        isSending={plan.isPending}
        lostAnswerNote="You find the dry run under Bulk runs."
        close={close}
      />
    </form>
  );
}

function Fields(props: { kind: BulkKind; values: Values; set(part: Partial<Values>): void; problems: Problems }) {
  const { kind, values, set, problems } = props;
  const reasoned = staffActions.find((action) => action === kind);
  return (
    <>
      {kind === "assignOwner" && <OwnerField values={values} set={set} problem={problems["owner"]} />}
      {kind === "changeTags" && (
        <>
          <TextInput
            label="Add"
            description="Several with commas between them."
            value={values.add}
            error={problems["add"]}
            onChange={(event) => set({ add: event.currentTarget.value })}
            data-autofocus
          />
          <TextInput
            label="Take away"
            value={values.remove}
            error={problems["remove"]}
            onChange={(event) => set({ remove: event.currentTarget.value })}
          />
        </>
      )}
      {kind === "setFollowUp" && <FollowUpField values={values} set={set} problem={problems["on"]} />}
      {kind === "changePlan" && <PlanField values={values} set={set} problem={problems["planId"]} />}
      {kind === "changeQuantity" && (
        <NumberField
          label="Seats of each"
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
          label="Reason"
          description="In your own words, if the choice does not say it all. Kept on the record of each one; the customers do not see it."
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

function OwnerField(props: { values: Values; set(part: Partial<Values>): void; problem: string | undefined }) {
  const colleagues = useColleagues() ?? [];
  return (
    <NativeSelect
      label="Owner"
      value={props.values.owner}
      error={props.problem}
      onChange={(event) => props.set({ owner: event.currentTarget.value })}
      data={[
        { value: "", label: "Choose an owner…" },
        { value: "me", label: "Me" },
        { value: "none", label: "Nobody" },
        ...colleagues.map(({ id, name }) => ({ value: id, label: name })),
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
    <fieldset className="choice">
      <legend>Follow-up</legend>
      <label>
        <input {...choice("day")} />
        <span>Set a day</span>
      </label>
      {values.followUp === "day" && (
        <TextInput
          type="date"
          aria-label="Follow up on"
          value={values.on}
          onChange={(event) => set({ on: event.currentTarget.value })}
        />
      )}
      <label>
        <input {...choice("none")} />
        <span>Remove the follow-up</span>
      </label>
      {problem && <p className="trouble">{problem}</p>}
    </fieldset>
  );
}

function PlanField(props: { values: Values; set(part: Partial<Values>): void; problem: string | undefined }) {
  const facets = useQuery(trpc.subscriptions.facets.queryOptions());
  const plans = (facets.data?.offers ?? []).flatMap(({ offerId, plans: offered }) =>
    offered.map(({ planId, name }) => ({ value: planId, label: `${name} (${offerId})` })),
  );
  const each = [...new Map(plans.map((plan) => [plan.value, plan])).values()];
  return (
    <NativeSelect
      label="Plan"
      value={props.values.planId}
      error={props.problem}
      onChange={(event) => props.set({ planId: event.currentTarget.value })}
      data={[{ value: "", label: "Choose a plan" }, ...each]}
    />
  );
}

function actionOf(kind: BulkKind, { owner, add, remove, followUp, on, planId, quantity, reason, reasonCode }: Values) {
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
    case "changePlan":
      return { kind, planId, reason, reasonCode };
    case "changeQuantity":
      return { kind, quantity: quantity ?? Number.NaN, reason, reasonCode };
    default:
      return { kind, reason, reasonCode };
  }
}
