import { Skeleton, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { utcDayOf } from "../../../shared/day.ts";
import { setRetentionInput } from "../../../shared/inputs/policies.ts";
import { type RetentionDays, type RetentionKind, retentionKinds, retentionRules } from "../../../shared/retention.ts";
import { includesRole } from "../../../shared/roles.ts";
import type { RetentionPreview, RetentionView } from "../../../shared/views/settings.ts";
import { announce } from "../../shell/announce.tsx";
import { SubmitStatus } from "../../components/form-footer.tsx";
import { NumberField } from "../../components/number-field.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { DraftStatusLine, useSettingsForm } from "../../components/settings-form.tsx";
import { WaitingPolicyChanges } from "../../components/waiting-policy-changes.tsx";
import { Ago } from "../../components/time.tsx";
import { countOf, formatDuration, formatNumber } from "../../text/format.ts";
import { timeForReader } from "../../text/utc-times.ts";
import { type FormProblem, problemOf } from "../../text/call-errors.ts";
import { policyOutcomeMessage } from "../../text/policy-outcome.ts";
import { client, trpc } from "../../trpc.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./retention.module.css";

export function RetentionPage() {
  const retention = useQuery(trpc.retention.get.queryOptions());
  const { data } = retention;
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Data retention"
        note="How long data is kept. Older data is deleted at night. Activity is kept, except for erased personal data. Sessions are deleted when they expire."
      />
      {retention.error && !data ? (
        <Problem error={retention.error} onRetry={() => void retention.refetch()} />
      ) : !data ? (
        <Skeleton height={480} />
      ) : (
        <>
          <LastRun {...data} />
          <WaitingPolicyChanges policy="retention" />
          <RetentionForm retention={data} />
        </>
      )}
    </div>
  );
}

/** Tonight's, for its time of day. */
const nextDeletion = () => new Date(`${utcDayOf(Date.now())}T02:37:00Z`);

function LastRun({ version, actor, at, reason: why, lastRun }: RetentionView) {
  const deletionTime = timeForReader(nextDeletion());
  const deletedKinds = lastRun ? retentionKinds.filter((kind) => (lastRun.deleted[kind] ?? 0) > 0) : [];
  return (
    <div className={styles.retentionState}>
      <p>
        {actor && at ? (
          <>
            Version {version} by {actor.name} <Ago at={at} />: “{why}”
          </>
        ) : (
          "These are the defaults. No one has changed them yet."
        )}
      </p>
      <p className="dim">
        {lastRun ? (
          <>
            Last deletion <Ago at={lastRun.at} />, in {formatDuration(lastRun.tookMs)}:{" "}
            {deletedKinds.length === 0
              ? "no data was old enough."
              : `${deletedKinds.map((kind) => `${formatNumber(lastRun.deleted[kind] ?? 0)} (${retentionRules[kind].name})`).join(", ")}.`}
          </>
        ) : (
          `Old data is deleted every night at 02:37 UTC${deletionTime === null ? "" : ` (${deletionTime})`}. Nothing has been deleted yet.`
        )}
      </p>
    </div>
  );
}

type Values = z.infer<typeof setRetentionInput>;

function RetentionForm({ retention }: { retention: RetentionView }) {
  const me = useQuery(trpc.me.get.queryOptions());
  const queryClient = useQueryClient();
  const isAdmin = me.data !== undefined && includesRole(me.data.role, "admin");
  const blockedReason = isAdmin ? null : "Only an admin can change data retention.";
  const set = useMutation(
    trpc.retention.set.mutationOptions({
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc.policyChanges.pathFilter()),
          queryClient.invalidateQueries(trpc.retention.pathFilter()),
        ]),
    }),
  );
  const { form, submit, isSending, problem, draftStatus } = useSettingsForm({
    subject: "data retention",
    schema: setRetentionInput,
    stored: { ...retention.days, seenVersion: retention.version, reason: "" },
    changedByName: retention.actor?.name,
    send: set.mutateAsync,
    onSaved: (outcome) => announce(policyOutcomeMessage(outcome, "Saved. Takes effect tonight.")),
  });
  const [previewed, setPreviewed] = useState<{ of: string; found: RetentionPreview } | null>(null);
  const [previewProblem, setPreviewProblem] = useState<FormProblem | null>(null);
  const daysOf = ({ reason: _, seenVersion: _seen, ...days }: Values): RetentionDays => days;
  // A colleague's save can change the fields too.
  const days = daysOf(form.values);
  const preview = previewed?.of === JSON.stringify(days) ? previewed.found : null;
  const isChanged = retentionKinds.some((kind) => form.values[kind] !== retention.days[kind]);

  async function showPreview() {
    setPreviewProblem(null);
    const checked = retentionKinds.map((kind) => form.validateField(kind));
    if (checked.some(({ hasError }) => hasError)) return;
    try {
      setPreviewed({ of: JSON.stringify(days), found: await client.retention.preview.query(days) });
    } catch (error) {
      setPreviewProblem(problemOf(error));
    }
  }

  return (
    <form onSubmit={submit} noValidate className={styles.retentionForm}>
      {retentionKinds.map((kind) => (
        <KindField
          key={kind}
          kind={kind}
          field={form.getInputProps(kind) as DaysField}
          current={retention.days[kind]}
          due={preview?.[kind]}
          isAdmin={isAdmin}
        />
      ))}
      {isAdmin && (
        <Textarea
          label="Reason"
          description="Stored in the audit trail."
          autosize
          minRows={2}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
      )}
      <DraftStatusLine of={draftStatus} />
      <SubmitStatus problem={problem ?? previewProblem} isSending={isSending} />
      <div className={styles.retentionButtons}>
        <GuardedButton variant="default" blockedReason={blockedReason} onClick={() => void showPreview()}>
          Preview deletion
        </GuardedButton>
        <GuardedButton
          loading={isSending}
          onClick={() => submit()}
          blockedReason={blockedReason ?? (isChanged ? null : "Change a value first.")}
        >
          Save
        </GuardedButton>
      </div>
    </form>
  );
}

/** What the form gives the field of a kind. */
type DaysField = { value: number | null; onChange(value: number | null): void };

type KindProps = {
  kind: RetentionKind;
  field: DaysField;
  /** The stored days; null: kept indefinitely. */
  current: number | null;
  /** What tonight's deletion would delete; absent until the person has asked. */
  due: RetentionPreview[RetentionKind] | undefined;
  isAdmin: boolean;
};

function KindField({ kind, field: { value, onChange, ...field }, current, due, isAdmin }: KindProps) {
  const { name, note, minDays, from } = retentionRules[kind];
  return (
    <div className={styles.retentionKind}>
      <NumberField
        label={`${name}: days ${from}`}
        description={note}
        placeholder="Kept indefinitely"
        readOnly={!isAdmin}
        {...field}
        value={value}
        onChange={onChange}
      />
      <p className="dim">
        At least {minDays} days, or empty to keep indefinitely. Current setting: {storedDays(current)}.
      </p>
      {due && (
        <p role="status">
          {due.count === 0
            ? "Nothing would be deleted tonight."
            : `${due.isMore ? "More than " : ""}${formatNumber(due.count)} would be deleted tonight. Deletion cannot be undone.`}
        </p>
      )}
    </div>
  );
}

function storedDays(days: number | null): string {
  return days === null ? "kept indefinitely" : countOf(days, "day");
}
