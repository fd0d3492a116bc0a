/** What is entered for an automation, how it is saved, and what is wrong with it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { type AutomationRule, createAutomationInput } from "../../../shared/automations.ts";
import type { AutomationDetailView } from "../../../shared/views/automations.ts";
import { useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { type AutomationValues, formInput } from "./automation-values.ts";

const newRule: AutomationRule = {
  trigger: { kind: "event", events: [] },
  filters: {},
  actions: [{ kind: "followUp", inDays: 3 }],
};

/** @param automation null: a new one */
export function useAutomationForm(automation: AutomationDetailView | null) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  /** Problems are shown after the first attempt, until they are corrected. */
  const [hasTried, setTried] = useState(false);
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.automations.pathFilter()) };
  const create = useMutation(trpc.automations.create.mutationOptions(refresh));
  const change = useMutation(trpc.automations.change.mutationOptions(refresh));
  const settings = useSettingsForm<AutomationValues, { id: string }>({
    subject: `automation ${automation?.id ?? "new"}`,
    schema: formInput,
    stored: {
      name: automation?.name ?? "",
      rule: automation?.rule ?? newRule,
      reason: "",
      seenVersion: automation?.version ?? 0,
    },
    changedByName: automation?.versions[0]?.actor.name,
    async send({ seenVersion, ...values }) {
      if (!automation) return create.mutateAsync(values);
      await change.mutateAsync({ ...values, id: automation.id, seenVersion });
      return automation;
    },
    onSaved({ id }) {
      setTried(false);
      if (automation) return announce(`Automation “${settings.form.values.name}” saved`);
      announce("Automation created. It is off until you turn it on.");
      void navigate({ to: "/settings/automations/$id", params: { id } });
    },
    failedTitle: "Not saved",
  });
  const { name, rule, reason } = settings.form.values;
  const checked = createAutomationInput.safeParse({ name, rule, reason });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    setTried(true);
    settings.submit(event);
  }

  return { ...settings, submit, issues: hasTried && !checked.success ? checked.error.issues : [] };
}
