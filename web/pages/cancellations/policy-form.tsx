import { Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { setCancelPolicyInput } from "../../../shared/inputs/policies.ts";
import { policyChangeWaitHours } from "../../../shared/policy-changes.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { CancelPolicyView } from "../../../shared/views/cancellations.ts";
import { Button } from "../../components/button.tsx";
import { CheckBox } from "../../components/check-box.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { Ago } from "../../components/time.tsx";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

/** Sets whether a cancellation needs a second person's approval; read-only unless the reader is an admin. */
export function PolicyForm({ policy }: { policy: CancelPolicyView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.cancellations.setPolicy.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc.cancellations.pathFilter()),
          queryClient.invalidateQueries(trpc.policyChanges.pathFilter()),
        ]),
    }),
  );
  const { needsSecondPerson, waitsHours, version, updated } = policy;
  const { form, submit, isSending, problem, draftStatus, isChanged } = useSettingsForm({
    subject: "cancellation policy",
    schema: setCancelPolicyInput,
    stored: { needsSecondPerson, waitsHours, seenVersion: version, reason: "" },
    changedByName: updated?.byName,
    send: set.mutateAsync,
    onSaved: (outcome) =>
      announce(policyOutcomeMessage(outcome, "Saved. The policy applies to all cancellations from now on.")),
  });
  const isWeaker = needsSecondPerson && !form.values.needsSecondPerson;
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const hours = form.getInputProps("waitsHours");
  return (
    <form onSubmit={submit} noValidate className={formStyles.form} style={{ maxWidth: 560 }}>
      <CheckBox
        label="Cancellations need a second person's approval"
        note="The person who requests a cancellation cannot approve it. Requests appear under “Needs attention” and on the subscription's page, and are logged."
        isChecked={form.values.needsSecondPerson}
        isDisabled={!isAdmin}
        onChange={(isChecked) => form.setFieldValue("needsSecondPerson", isChecked)}
      />
      <NumberField
        label="Hours until a request expires"
        w={220}
        disabled={!isAdmin}
        {...hours}
        value={form.values.waitsHours}
        onChange={(waitsHours) => form.setFieldValue("waitsHours", waitsHours ?? Number.NaN)}
      />
      {isWeaker && (
        <Textarea
          label="Reason"
          description={`This change weakens the policy. It is applied when another admin approves it, or after ${policyChangeWaitHours} hours. The other admin sees the reason.`}
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
      )}
      <DraftStatusLine of={draftStatus} />
      <SubmitStatus problem={problem} isSending={isSending} />
      <div>
        {isAdmin ? (
          <Button type="submit" loading={isSending} disabled={!isChanged}>
            Save
          </Button>
        ) : (
          <GuardedButton blockedReason="Only an admin can change this policy." onClick={() => {}}>
            Save
          </GuardedButton>
        )}
      </div>
      {updated && (
        <p className="dim">
          Set by {updated.byName}, <Ago at={updated.at} />
        </p>
      )}
    </form>
  );
}
