import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { changeQuantityInput } from "../../../shared/inputs/subscriptions.ts";
import type { PlanView } from "../../../shared/views/subscriptions.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import { formatPrice } from "../../text/plan-prices.ts";
import { trpc } from "../../trpc.ts";
import { NumberField } from "../../components/number-field.tsx";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import type { ActionFormProps } from "./action-form.ts";
import { Consequence } from "./consequence.tsx";
import { seatChangeConsequences } from "./consequences.ts";
import { now, plannedOn, whenAccepted, withWhen } from "./when.ts";
import { WhenField } from "./when-field.tsx";
import { usePlans } from "./use-plans.ts";

export function ChangeSeatsForm({ subscription, initialValues, close }: ActionFormProps) {
  const plans = usePlans(subscription.id);
  const plan = plans.data?.find(({ isCurrent }) => isCurrent);
  const changeQuantity = useMutation(trpc.subscriptions.changeQuantity.mutationOptions());
  const planChange = useMutation(trpc.plannedChanges.plan.mutationOptions());
  const action = useActionForm({
    subject: `change seats ${subscription.id} ${initialValues?.quantity ?? ""}`,
    schema: withWhen<z.input<typeof changeQuantityInput>>(
      changeQuantityInput.superRefine(({ quantity }, context) => {
        const message = seatProblem(quantity, subscription.quantity, plan);
        if (message) context.addIssue({ code: "custom", path: ["quantity"], message });
      }),
    ),
    initialValues: {
      subscriptionId: subscription.id,
      quantity: initialValues?.quantity ?? subscription.quantity ?? 1,
      reason: "",
      reasonCode: "",
      ...now,
    },
    send: ({ when, on, ...change }): Promise<object> =>
      when === "now"
        ? changeQuantity.mutateAsync(change)
        : planChange.mutateAsync({ action: "changeQuantity", on: plannedOn({ when, on }), ...change }),
    successMessage: (answer) => whenAccepted(answer, "Change requested. This page updates when it is complete."),
    close,
  });
  const seats = action.form.getInputProps("quantity");
  return (
    <ActionForm
      action={action}
      choices={
        <>
          <NumberField
            label="Seats"
            description={limitsOf(subscription.quantity, plan)}
            {...seats}
            value={action.form.values.quantity}
            onChange={(quantity) => action.form.setFieldValue("quantity", quantity ?? Number.NaN)}
          />
          <WhenField
            subscription={subscription}
            values={action.form.values}
            getInputProps={(name) => action.form.getInputProps(name)}
          />
        </>
      }
      consequence={
        <Consequence of={seatChangeConsequences(subscription, action.form.values.quantity, action.form.values.when)} />
      }
      submitLabel={action.form.values.when === "now" ? "Change seats" : "Plan change"}
      reasonFor="changeQuantity"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

function limitsOf(now: number | null, plan: PlanView | undefined): string {
  const current = now === null ? "" : `Currently ${formatNumber(now)}. `;
  if (!plan) return current.trim();
  if (plan.minQuantity === null && plan.maxQuantity === null) return `${current}The plan sets no limits.`;
  return `${current}The plan allows ${formatNumber(plan.minQuantity ?? 1)} to ${formatNumber(plan.maxQuantity ?? 1_000_000)}${plan.price ? `, ${formatPrice(plan.price)}` : ""}.`;
}

function seatProblem(quantity: number, now: number | null, plan: PlanView | undefined): string | null {
  if (quantity === now) return `The subscription has ${countOf(quantity, "seat")} already.`;
  if (plan?.minQuantity && quantity < plan.minQuantity)
    return `The plan needs at least ${countOf(plan.minQuantity, "seat")}.`;
  if (plan?.maxQuantity && quantity > plan.maxQuantity)
    return `The plan allows at most ${countOf(plan.maxQuantity, "seat")}.`;
  return null;
}
