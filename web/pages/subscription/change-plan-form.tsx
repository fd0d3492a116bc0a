import { Radio, Skeleton, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { changePlanInput } from "../../../shared/inputs/subscriptions.ts";
import type { PlanView } from "../../../shared/views/subscriptions.ts";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import type { ActionFormProps } from "./action-form.ts";
import { Consequence } from "./consequence.tsx";
import { planChangeConsequences } from "./consequences.ts";
import { now, plannedOn, whenAccepted, withWhen } from "./when.ts";
import { WhenField } from "./when-field.tsx";
import { usePlans } from "./use-plans.ts";
import { formatPrice } from "../../text/plan-prices.ts";
import * as tagStyles from "../../components/tag.module.css";
import * as styles from "./subscription.module.css";

export function ChangePlanForm({ subscription, initialValues, close }: ActionFormProps) {
  const plans = usePlans(subscription.id);
  const changePlan = useMutation(trpc.subscriptions.changePlan.mutationOptions());
  const plan = useMutation(trpc.plannedChanges.plan.mutationOptions());
  const action = useActionForm({
    subject: `change plan ${subscription.id} ${initialValues?.planId ?? ""}`,
    schema: withWhen<z.input<typeof changePlanInput>>(changePlanInput),
    initialValues: {
      subscriptionId: subscription.id,
      planId: initialValues?.planId ?? "",
      reason: "",
      reasonCode: "",
      ...now,
    },
    send: ({ when, on, ...change }): Promise<object> =>
      when === "now"
        ? changePlan.mutateAsync(change)
        : plan.mutateAsync({ action: "changePlan", on: plannedOn({ when, on }), ...change }),
    successMessage: (answer) => whenAccepted(answer, "Change requested. This page updates when it is complete."),
    close,
  });
  const chosen = plans.data?.find(({ planId }) => planId === action.form.values.planId) ?? null;
  return (
    <ActionForm
      action={action}
      choices={
        <>
          {plans.data ? (
            <PlanChoice plans={plans.data} field={action.form.getInputProps("planId")} />
          ) : plans.error ? (
            <Problem error={plans.error} onRetry={() => void plans.refetch()} />
          ) : (
            <div aria-busy="true">
              <p className="dim">Loading the plans available to this customer…</p>
              <Skeleton height={140} />
            </div>
          )}
          <WhenField
            subscription={subscription}
            values={action.form.values}
            getInputProps={(name) => action.form.getInputProps(name)}
          />
        </>
      }
      consequence={<Consequence of={planChangeConsequences(subscription, chosen, action.form.values.when)} />}
      submitLabel={action.form.values.when === "now" ? "Change plan" : "Plan change"}
      reasonFor="changePlan"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

function PlanChoice({ plans, field }: { plans: PlanView[]; field: { value?: string; error?: string } }) {
  if (plans.every(({ isCurrent }) => isCurrent)) {
    return <p>No other plans are available to this customer.</p>;
  }
  return (
    <Radio.Group label="Plan" {...field}>
      <Stack gap={6} mt={4} mb={4}>
        {plans.map((plan) => (
          <Radio.Card
            key={plan.planId}
            value={plan.planId}
            disabled={plan.isCurrent}
            className={styles.planCard}
            aria-label={plan.name}
            aria-describedby={`plan-${plan.planId}`}
          >
            <Radio.Indicator disabled={plan.isCurrent} />
            <span className={styles.planWords}>
              <span className={styles.planName}>
                {plan.name}
                {plan.isCurrent && <span className={tagStyles.tag}>current plan</span>}
                {plan.isPrivate && <span className={tagStyles.tag}>private</span>}
              </span>
              <span className="dim" id={`plan-${plan.planId}`}>
                {[plan.price ? formatPrice(plan.price) : "price unknown", plan.description].filter(Boolean).join(" · ")}
              </span>
            </span>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}
