/** The form of a settings page. It shows the stored values, and keeps a person's changes until they are saved. */
import { Group } from "@mantine/core";
import { schemaResolver } from "@mantine/form";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useLayoutEffect, useReducer, useRef, useState } from "react";
import type { z } from "zod";
import { changedValues, versionIn, versionOf } from "../sending/drafts.ts";
import { onLateSuccess } from "../sending/late-success.ts";
import { useIsOutcomeOpen } from "../sending/unanswered.ts";
import { fieldProblems, type FormProblem, problemOf } from "../text/call-errors.ts";
import { Button } from "./button.tsx";
import { RestoredDraftLine, type RestoredDraft, useDraftedForm } from "./drafted-form.tsx";
import { Ago } from "./time.tsx";
import * as calloutStyles from "./callout.module.css";

type Options<Values extends object, Answer> = {
  /** The settings and what they are for, for the draft: `branding OFFER`. */
  subject: string;
  schema: z.ZodType<Values>;
  /** The stored values, with their version as `seenVersion` if they have versions. */
  stored: Values;
  /** Who stored the current values. */
  changedByName?: string | undefined;
  /** When the current values were stored. */
  changedAt?: string | undefined;
  /** Resolves once `stored` is current again. */
  send(values: Values): Promise<Answer>;
  onSaved(answer: Answer): void;
  /** The title of an error from the server. */
  failedTitle?: string;
  /** Whether the fields cannot show their own errors, so that the form shows them. */
  hasPlainFields?: boolean;
};

export type DraftStatus = {
  restored: RestoredDraft | null;
  /** Set when another version was stored after the person began. */
  outdated: { byName: string | undefined; at: string | undefined; keep(): void; discard(): void } | null;
};

/**
 * The fields that a person has not changed follow what is stored. What has been changed stays through a reload, a sign-in and a
 * colleague's save, and is sent with the version that the person saw. The form stays in place when it is saved: the focus is
 * kept.
 */
export function useSettingsForm<Values extends object, Answer>(options: Options<Values, Answer>) {
  const { subject, schema, stored, changedByName, changedAt, send, onSaved, failedTitle } = options;
  const { hasPlainFields = false } = options;
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);
  /** Values that were sent and are stored by now, so they no longer count as input. */
  const saved = useRef<Values>(undefined);
  const [, renderSaved] = useReducer((count: number) => count + 1, 0);
  const queryClient = useQueryClient();
  const isOutcomeOpen = useIsOutcomeOpen(problem?.submissionId);
  const { form, restored, forgetDraft, discard, follow } = useDraftedForm<Values>({
    subject,
    initialValues: stored,
    isVersionRestored: true,
    validate: schemaResolver(schema, { sync: true }),
  });

  const isReading = useIsFetching() > 0;
  useLayoutEffect(() => {
    // Until the outcome is known, the sent values may already be stored.
    if (isSending || isOutcomeOpen) return;
    // A newer read can replace the one that follows the save. Until it arrives, the form would show the former values.
    if (saved.current !== undefined && isReading) return;
    follow(stored, saved.current);
    saved.current = undefined;
  });

  async function sendValues(values: Values) {
    if (isSending || isOutcomeOpen) return;
    setSending(true);
    setProblem(null);
    try {
      const answer = await send(values);
      saved.current = values;
      forgetDraft();
      onSaved(answer);
    } catch (error) {
      onLateSuccess(error, () => {
        saved.current = values;
        renderSaved();
        forgetDraft();
        void queryClient.invalidateQueries();
      });
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error, failedTitle));
    } finally {
      setSending(false);
    }
  }

  const version = versionOf(stored);
  const isOutdated = !isSending && !isOutcomeOpen && versionOf(form.values) !== version;
  const outdated = {
    byName: changedByName,
    at: changedAt,
    keep() {
      form.setValues(versionIn(stored) as Partial<Values>);
      setProblem(null);
    },
    discard() {
      discard();
      setProblem(null);
    },
  };
  const draftStatus: DraftStatus = { restored, outdated: isOutdated ? outdated : null };

  function submit(event?: SubmitEvent<HTMLFormElement>) {
    const sendValid = form.onSubmit(
      (values) => void sendValues(values),
      (errors) => {
        const [first = "Check the fields."] = Object.values(errors);
        if (hasPlainFields) setProblem({ title: "Not saved", message: typeof first === "string" ? first : "" });
      },
    );
    sendValid(event);
  }

  // Not the form's own `isDirty`, which compares with the restored values.
  const isChanged = Object.keys(changedValues(stored, form.values)).some((name) => name !== "seenVersion");
  return { form, draftStatus, problem, isSending, isChanged, submit };
}

/**
 * Says that input was restored, or that someone else has stored another version since.
 * @param what what the form sets, with "this" or "these"
 */
export function DraftStatusLine({
  of: { restored, outdated },
  what = "these settings",
}: {
  of: DraftStatus;
  what?: string;
}) {
  if (outdated === null) return <RestoredDraftLine of={restored} />;
  return (
    <div className={calloutStyles.callout} data-tone="warn" role="alert">
      <div>
        <p>
          <strong>
            {outdated.byName ?? "A colleague"} has changed {what}
            {outdated.at && (
              <>
                {" "}
                <Ago at={outdated.at} />
              </>
            )}
            .
          </strong>{" "}
          Your input is still here and is not saved. Fields that you have not changed show what is stored now.
        </p>
        <Group gap="xs" mt="xs">
          <Button variant="default" size="compact-sm" onClick={outdated.keep}>
            Keep my input
          </Button>
          <Button variant="default" size="compact-sm" onClick={outdated.discard}>
            Discard my input
          </Button>
        </Group>
      </div>
    </div>
  );
}
