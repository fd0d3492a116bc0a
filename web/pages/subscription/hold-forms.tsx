import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { addDays, isDay, utcDayOf } from "../../../shared/day.ts";
import { reinstateInput, suspendInput } from "../../../shared/inputs/subscriptions.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { useNow } from "../../clock.ts";
import { startInBrackets } from "../../text/utc-times.ts";
import { trpc } from "../../trpc.ts";
import type { ActionFormProps } from "./action-form.ts";
import { now, plannedOn, whenAccepted, withWhen } from "./when.ts";
import { WhenField } from "./when-field.tsx";
import { Consequence } from "./consequence.tsx";
import { reinstatementConsequences, suspensionConsequences } from "./consequences.ts";

type SuspendValues = { subscriptionId: string; until: string; reason: string; reasonCode: string };

/** An empty field means no day. */
const untilOf = ({ until }: Pick<SuspendValues, "until">) => (until === "" ? null : until);
const suspendFormInput = withWhen<SuspendValues>(suspendInput, (values) => ({ ...values, until: untilOf(values) }));

export function SuspendForm({ subscription, close }: ActionFormProps) {
  const suspend = useMutation(trpc.subscriptions.suspend.mutationOptions());
  const plan = useMutation(trpc.plannedChanges.plan.mutationOptions());
  const tomorrow = addDays(utcDayOf(useNow(15_000)), 1);
  const action = useActionForm({
    subject: `suspend ${subscription.id}`,
    schema: suspendFormInput,
    initialValues: { subscriptionId: subscription.id, until: "", reason: "", reasonCode: "", ...now },
    send: ({ when, on, ...values }): Promise<object> => {
      const change = { ...values, until: untilOf(values) };
      return when === "now"
        ? suspend.mutateAsync(change)
        : plan.mutateAsync({ action: "suspend", on: plannedOn({ when, on }), ...change });
    },
    successMessage: (answer) => whenAccepted(answer, "Access suspended"),
    close,
  });
  const { until } = action.form.values;
  return (
    <ActionForm
      action={action}
      choices={
        <>
          <WhenField
            subscription={subscription}
            values={action.form.values}
            getInputProps={(name) => action.form.getInputProps(name)}
          />
          <TextInput
            type="date"
            label="Reinstate access on (optional)"
            description={`At 00:00 UTC${isDay(until) ? startInBrackets(until) : ""}. If this field is empty, access stays suspended until someone reinstates it.`}
            min={tomorrow}
            {...action.form.getInputProps("until")}
          />
        </>
      }
      consequence={<Consequence of={suspensionConsequences(action.form.values.when !== "now")} />}
      submitLabel={action.form.values.when === "now" ? "Suspend access" : "Plan suspension"}
      reasonFor="suspend"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}

export function ReinstateForm({ subscription, close }: ActionFormProps) {
  const reinstate = useMutation(trpc.subscriptions.reinstate.mutationOptions());
  const plan = useMutation(trpc.plannedChanges.plan.mutationOptions());
  const action = useActionForm({
    subject: `reinstate ${subscription.id}`,
    schema: withWhen<z.input<typeof reinstateInput>>(reinstateInput),
    initialValues: { subscriptionId: subscription.id, reason: "", reasonCode: "", ...now },
    send: ({ when, on, ...change }): Promise<object> =>
      when === "now"
        ? reinstate.mutateAsync(change)
        : plan.mutateAsync({ action: "reinstate", on: plannedOn({ when, on }), ...change }),
    successMessage: (answer) => whenAccepted(answer, "Access reinstated"),
    close,
  });
  const isImmediate = action.form.values.when === "now";
  return (
    <ActionForm
      action={action}
      choices={
        subscription.hold && (
          <WhenField
            subscription={subscription}
            values={action.form.values}
            getInputProps={(name) => action.form.getInputProps(name)}
          />
        )
      }
      consequence={<Consequence of={reinstatementConsequences(subscription, !isImmediate)} />}
      submitLabel={isImmediate ? "Reinstate access" : "Plan reinstatement"}
      reasonFor="reinstate"
      reasonCode={action.form.getInputProps("reasonCode")}
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
