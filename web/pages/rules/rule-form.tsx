import { TextInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerByRuleMs, answerWindow, answerWindowMs } from "../../../shared/lifecycle.ts";
import type { RulePlanView, RuleScopeView } from "../../../shared/views/change-rules.ts";
import { announce } from "../../shell/announce.tsx";
import { RestoredDraftLine, useDraftedForm } from "../../components/drafted-form.tsx";
import { NarrowerScopes } from "../../components/narrower-scopes.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { onLateSuccess } from "../../sending/late-success.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { trpc } from "../../trpc.ts";
import { scopeLabelInFull } from "../../components/scopes.tsx";
import { RulePreview } from "./rule-preview.tsx";
import { atFields, plansOf, previewInputOf, setInputOf, valuesOf } from "./rule-values.ts";
import type { RuleValues } from "./rule-values.ts";
import { FormFooter } from "../../components/form-footer.tsx";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./rules.module.css";

type DraftedForm = ReturnType<typeof useRuleForm>;
type Form = DraftedForm["form"];
type Props = { scope: RuleScopeView; scopes: readonly RuleScopeView[]; plans: RulePlanView[]; close(): void };

/** Sets the rule of a scope and previews which recent changes the rule would have rejected. */
export function RuleForm({ scope, scopes, plans, close }: Props) {
  const isForAll = scope.offerId === null;
  const drafted = useRuleForm(scope);
  const { form } = drafted;
  const { submit, isSending, problem } = useRuleSending({ ...drafted, scope, close });
  const { mode } = form.values;
  return (
    <form onSubmit={submit} noValidate className={styles.ruleForm}>
      <RestoredDraftLine of={drafted.restored} />
      <NarrowerScopes
        scope={scope}
        scopes={scopes}
        hasOwn={({ own }) => own !== null && !own.followsWider}
        own={["a rule of its own", "rules of their own"]}
      />
      <Choice legend={`Customer changes for ${scopeLabelInFull(scope)}`} error={form.errors["mode"]}>
        <Radio form={form} field="mode" value="all" label="Accept all changes" />
        <Radio form={form} field="mode" value="limits" label="Accept changes within limits" />
        {!isForAll && (
          <Radio
            form={form}
            field="mode"
            value="wider"
            label={`Inherit the rule of ${scope.planId === null ? "all offers" : "the offer"}`}
          />
        )}
      </Choice>
      {mode === "limits" && <Limits form={form} scope={scope} plans={plans} />}
      {mode !== "wider" && (
        <CheckBox
          label="Ask staff first"
          note={`Operators have about ${Math.floor((answerWindowMs - answerByRuleMs) / 1_000)} of Microsoft's ${answerWindow} to accept or reject a change. Then the rule decides.`}
          isChecked={form.values.asksStaff}
          onChange={(isChecked) => form.setFieldValue("asksStaff", isChecked)}
        />
      )}
      <RulePreview input={previewInputOf(form.values, scope)} />
      <Textarea
        label="Reason"
        description="Stored in the audit trail."
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        {...form.getInputProps("reason")}
      />
      <FormFooter problem={problem} submitLabel="Save" isSending={isSending} close={close} />
    </form>
  );
}

function useRuleForm(scope: RuleScopeView) {
  const drafted = useDraftedForm<RuleValues>({
    subject: `change rule ${scope.offerId} ${scope.planId}`,
    initialValues: valuesOf(scope.own, scope.offerId === null),
    // Both limits are validated together.
    onValuesChange: (values, former) => {
      if (values.min !== former.min || values.max !== former.max) {
        drafted.form.clearFieldError("min");
        drafted.form.clearFieldError("max");
      }
    },
    validate: (values) => {
      const read = setInputOf(values, scope);
      return "problems" in read ? read.problems : {};
    },
  });
  return drafted;
}

type Sending = Pick<DraftedForm, "form" | "forgetDraft"> & { scope: RuleScopeView; close(): void };

function useRuleSending({ form, forgetDraft, scope, close }: Sending) {
  const queryClient = useQueryClient();
  const set = useMutation(trpc.rules.set.mutationOptions());
  const [problem, setProblem] = useState<FormProblem | null>(null);

  async function send(values: RuleValues) {
    const read = setInputOf(values, scope);
    if ("problems" in read) return;
    setProblem(null);
    try {
      const outcome = await set.mutateAsync(read.input);
      forgetDraft();
      const applied = `Saved as version ${outcome.version}. The rule applies to customer changes from now on.`;
      announce(policyOutcomeMessage(outcome, applied));
      close();
    } catch (error) {
      onLateSuccess(error, forgetDraft);
      form.setErrors(atFields(fieldProblems(error)));
      setProblem(problemOf(error, "The rule was not saved"));
    }
    await queryClient.invalidateQueries(trpc.rules.pathFilter());
  }

  return { submit: form.onSubmit((values) => void send(values)), isSending: set.isPending, problem };
}

function Limits({ form, scope, plans }: { form: Form; scope: RuleScopeView; plans: RulePlanView[] }) {
  const known = new Set(plans.map(({ planId }) => planId));
  const unknown = (scope.own?.allowedPlans ?? []).filter((planId) => !known.has(planId));
  const others: Pick<RulePlanView, "planId" | "name">[] = [
    ...plans.filter(({ planId }) => planId !== scope.planId),
    ...unknown.map((planId) => ({ planId, name: planId })),
  ];
  const own = plans.filter(({ planId }) => scope.planId === null || planId === scope.planId);
  const hasSeats = own.length === 0 || own.some(({ isPricePerSeat }) => isPricePerSeat !== false);
  return (
    <>
      <Choice legend="Plans that customers can change to" error={form.errors["allowedPlans"]}>
        <Radio form={form} field="plans" value="all" label="All plans" />
        <Radio
          form={form}
          field="plans"
          value="these"
          label={scope.offerId === null ? "No other plan" : "Only selected plans"}
        />
        {form.values.plans === "these" && scope.offerId !== null && (
          <div className={styles.choiceInner}>
            <div className={styles.choicePlans}>
              {others.map((plan) => (
                <PlanBox key={plan.planId} form={form} plan={plan} />
              ))}
            </div>
            <TextInput
              label="Other plan IDs"
              description="Plans that are not listed yet, separated by commas"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps("furtherPlans")}
            />
            {plansOf(form.values).length === 0 && (
              <p className="dim">No plan is selected, so all plan changes are rejected.</p>
            )}
          </div>
        )}
      </Choice>
      {hasSeats ? (
        <div className={styles.ruleSeats}>
          <NumberField
            label="Minimum seats"
            description="Leave empty for the plan's limit"
            {...form.getInputProps("min")}
            value={form.values.min}
          />
          <NumberField
            label="Maximum seats"
            description="Leave empty for the plan's limit"
            {...form.getInputProps("max")}
            value={form.values.max}
          />
        </div>
      ) : (
        <p className="dim">{scope.planId === null ? "The plans of this offer have" : "This plan has"} no seats.</p>
      )}
    </>
  );
}

function PlanBox({ form, plan }: { form: Form; plan: Pick<RulePlanView, "planId" | "name"> }) {
  const { allowedPlans } = form.values;
  return (
    <label>
      <input
        type="checkbox"
        checked={allowedPlans.includes(plan.planId)}
        onChange={(event) =>
          form.setFieldValue(
            "allowedPlans",
            event.currentTarget.checked
              ? [...allowedPlans, plan.planId]
              : allowedPlans.filter((planId) => planId !== plan.planId),
          )
        }
      />
      <span>
        {plan.name} {plan.name !== plan.planId && <span className="dim">{plan.planId}</span>}
      </span>
    </label>
  );
}

function Choice(props: { legend: string; error: React.ReactNode; children: React.ReactNode }) {
  return (
    <fieldset className={formStyles.choice}>
      <legend>{props.legend}</legend>
      {props.children}
      {props.error && <p className="trouble">{props.error}</p>}
    </fieldset>
  );
}

type RadioProps<Field extends "mode" | "plans"> = { form: Form; field: Field; value: RuleValues[Field]; label: string };

function Radio<Field extends "mode" | "plans">({ form, field, value, label }: RadioProps<Field>) {
  return (
    <label>
      <input
        type="radio"
        name={field}
        checked={form.values[field] === value}
        onChange={() => form.setValues({ [field]: value })}
      />
      <span>{label}</span>
    </label>
  );
}
