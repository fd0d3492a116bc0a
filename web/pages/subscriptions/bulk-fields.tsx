/** What a bulk action asks for, by action. */
import { isolated } from "../../../shared/foreign-text.ts";
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { BulkKind } from "../../../shared/bulk.ts";
import { purchaserMailKindLabels, purchaserMailKinds } from "../../../shared/notifications.ts";
import { staffActions } from "../../../shared/lifecycle.ts";
import { Button } from "../../components/button.tsx";
import { useColleagues } from "../../components/colleagues.ts";
import { ReasonChoice, useOfferedReasons } from "../../components/reason-choice.tsx";
import { trpc } from "../../trpc.ts";
import { NumberField } from "../../components/number-field.tsx";
import type { BulkValues, BulkProblems } from "./bulk-values.ts";
import * as bulkStyles from "../../components/table/bulk-bar.module.css";
import * as formStyles from "../../components/form.module.css";

export function BulkFields(props: {
  kind: BulkKind;
  values: BulkValues;
  set(part: Partial<BulkValues>): void;
  problems: BulkProblems;
}) {
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

/** Each button submits the form. A choice and then a confirmation would be two steps to a dry run, which changes nothing. */
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

function TemplateField(props: {
  values: BulkValues;
  set(part: Partial<BulkValues>): void;
  problem: string | undefined;
}) {
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

function FollowUpField(props: {
  values: BulkValues;
  set(part: Partial<BulkValues>): void;
  problem: string | undefined;
}) {
  const { values, set, problem } = props;
  const choice = (followUp: BulkValues["followUp"]) => ({
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

function PlanField(props: { values: BulkValues; set(part: Partial<BulkValues>): void; problem: string | undefined }) {
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
