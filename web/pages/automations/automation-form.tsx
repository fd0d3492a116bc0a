/** The form of an automation: when, if, then, with its preview. */
import { Textarea, TextInput } from "@mantine/core";
import { type AutomationRule, automationRule } from "../../../shared/automations.ts";
import type { AutomationDetailView } from "../../../shared/views/automations.ts";
import { Button } from "../../components/button.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { DraftStatusLine } from "../../components/settings-form.tsx";
import { ActionFields } from "./action-fields.tsx";
import { AutomationPreview } from "./automation-preview.tsx";
import type { AutomationProblems } from "./automation-values.ts";
import { useAutomationForm } from "./use-automation-form.ts";
import { WhenFields } from "./when-fields.tsx";
import { IfFields } from "./if-fields.tsx";
import * as styles from "./automations.module.css";

/** @param automation null: a new one */
export function AutomationForm({ automation }: { automation: AutomationDetailView | null }) {
  const { form, submit, issues, isSending, problem, draftStatus } = useAutomationForm(automation);
  const { name, rule, reason } = form.values;
  const edit = (part: Partial<AutomationRule>) => form.setFieldValue("rule", { ...rule, ...part });
  const problems: AutomationProblems = new Map(
    issues.toReversed().map(({ path, message }) => [path.join("."), message]),
  );
  const ofRule = new Map([...problems].map(([path, message]) => [path.replace(/^rule\./, ""), message]));

  return (
    <form onSubmit={submit} noValidate className={styles.automationForm}>
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
