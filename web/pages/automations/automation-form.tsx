/** The form of an automation: when, if, then, with its preview. */
import { Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type AutomationRule, automationRule, createAutomationInput } from "../../../shared/automations.ts";
import type { AutomationDetailView } from "../../../shared/views/automations.ts";
import { Button } from "../../components/button.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { ActionFields } from "./action-fields.tsx";
import { AutomationPreview } from "./automation-preview.tsx";
import { formInput, type AutomationValues, type AutomationProblems } from "./automation-values.ts";
import { WhenFields } from "./when-fields.tsx";
import { IfFields } from "./if-fields.tsx";
import * as styles from "./automations.module.css";

const newRule: AutomationRule = {
  trigger: { kind: "event", events: [] },
  filters: {},
  actions: [{ kind: "followUp", inDays: 3 }],
};

/** @param automation null: a new one */
export function AutomationForm({ automation }: { automation: AutomationDetailView | null }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  /** Problems are shown after the first attempt, until they are corrected. */
  const [hasTried, setTried] = useState(false);
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.automations.pathFilter()) };
  const create = useMutation(trpc.automations.create.mutationOptions(refresh));
  const change = useMutation(trpc.automations.change.mutationOptions(refresh));
  const { form, submit, isSending, problem, draftStatus } = useSettingsForm<AutomationValues, { id: string }>({
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
      if (automation) return announce(`Automation “${name}” saved`);
      announce("Automation created. It is off until you turn it on.");
      void navigate({ to: "/settings/automations/$id", params: { id } });
    },
    failedTitle: "Not saved",
  });
  const { name, rule, reason } = form.values;
  const edit = (part: Partial<AutomationRule>) => form.setFieldValue("rule", { ...rule, ...part });
  const checked = createAutomationInput.safeParse({ name, rule, reason });
  const issues = hasTried && !checked.success ? checked.error.issues : [];
  const problems: AutomationProblems = new Map(
    issues.toReversed().map(({ path, message }) => [path.join("."), message]),
  );
  const ofRule = new Map([...problems].map(([path, message]) => [path.replace(/^rule\./, ""), message]));

  return (
    <form
      onSubmit={(event) => {
        setTried(true);
        submit(event);
      }}
      noValidate
      className={styles.automationForm}
    >
      <TextInput
        label="Name"
        description="Shown as the actor of the automation’s changes."
        autoComplete="off"
        maxLength={60}
        value={name}
        error={problems.get("name")}
        onChange={(event) => form.setFieldValue("name", event.currentTarget.value)}
      />
      <WhenFields rule={rule} problem={ofRule.get("trigger.events")} onChange={(trigger) => edit({ trigger })} />
      <IfFields filters={rule.filters} problem={ofRule.get("filters")} onChange={(filters) => edit({ filters })} />
      <section aria-labelledby="then" className={styles.part}>
        <h2 id="then">Then</h2>
        <ActionFields actions={rule.actions} problems={ofRule} onChange={(actions) => edit({ actions })} />
      </section>
      <AutomationPreview rule={automationRule.safeParse(rule).data ?? null} />
      <Textarea
        label="Reason"
        description="Stored in the audit trail with this version."
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        error={problems.get("reason")}
        onChange={(event) => form.setFieldValue("reason", event.currentTarget.value)}
      />
      {issues[0] && (
        <p className="trouble" role="alert">
          Not saved: {issues[0].message}
        </p>
      )}
      <DraftStatusLine of={draftStatus} />
      <SubmitStatus problem={problem} isSending={isSending} />
      <div>
        <Button type="submit" loading={isSending}>
          {automation ? "Save automation" : "Create automation"}
        </Button>
      </div>
    </form>
  );
}
