import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ActivityView } from "../../../shared/views/history.ts";
import { announce } from "../../shell/announcement.ts";
import { fieldProblems, type FormProblem, problemOf } from "../../text/call-errors.ts";
import { mentionedIn } from "../../text/mentions.ts";
import { trpc } from "../../trpc.ts";
import { useColleagues } from "../colleagues.ts";
import { RestoredDraftLine, useDraftedForm } from "../drafted-form.tsx";
import { FormFooter } from "../form-footer.tsx";
import { MentionTextarea } from "../mention-textarea.tsx";
import * as formStyles from "../form.module.css";

/** Edits one's own note in place on the timeline. @param version the version that is shown */
export function NoteEditor({ entry, version, close }: { entry: ActivityView; version: string; close(): void }) {
  const queryClient = useQueryClient();
  const colleagues = useColleagues() ?? [];
  const edit = useMutation(trpc.notes.edit.mutationOptions());
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const { form, restored, forgetDraft } = useDraftedForm({
    subject: `edit note ${entry.id}`,
    initialValues: { text: entry.note ?? "" },
  });
  // The text when the form was opened.
  const [seenVersion] = useState(version);

  async function save({ text }: { text: string }) {
    if (edit.isPending) return;
    setProblem(null);
    try {
      await edit.mutateAsync({ noteId: entry.id, seenVersion, text, mentions: mentionedIn(text, colleagues) });
      forgetDraft();
      announce("Note edited");
      close();
      await queryClient.invalidateQueries(trpc.subscriptions.timeline.pathFilter());
      await queryClient.invalidateQueries(trpc.customers.timeline.pathFilter());
    } catch (error) {
      form.setErrors(fieldProblems(error));
      setProblem(problemOf(error));
    }
  }

  return (
    <form className={formStyles.form} noValidate onSubmit={form.onSubmit((values) => void save(values))}>
      <RestoredDraftLine of={restored} />
      <MentionTextarea
        aria-label="Text of the note"
        autosize
        minRows={2}
        maxRows={12}
        maxLength={4_000}
        autoFocus
        value={form.values.text}
        error={form.errors["text"]}
        change={(text) => form.setFieldValue("text", text)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <p className="dim">Colleagues can still read the earlier texts.</p>
      <FormFooter problem={problem} submitLabel="Save note" isSending={edit.isPending} close={close} />
    </form>
  );
}
