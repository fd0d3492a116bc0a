import { type SubmitEvent, useState } from "react";
import type { z } from "zod";
import { type FormProblem, problemOf } from "../text/call-errors.ts";

type Options<Values> = {
  schema: z.ZodType<Values>;
  /** What is stored; shown until the person changes something. */
  stored: Values;
  /** Resolves once `stored` is current again. */
  send(values: Values): Promise<unknown>;
  onSaved(): void;
  /** The title of an error from the server. */
  failedTitle: string;
};

/** A form whose values are edited and sent as a whole. It stays in place when it is saved, so that the focus is kept. */
export function useSettingsForm<Values>({ schema, stored, send, onSaved, failedTitle }: Options<Values>) {
  const [edited, setEdited] = useState<{ values: Values } | null>(null);
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [isSending, setSending] = useState(false);
  const values = edited ? edited.values : stored;

  async function save() {
    if (isSending) return;
    setProblem(null);
    const checked = schema.safeParse(values);
    if (!checked.success) {
      return setProblem({ title: "Not saved", message: checked.error.issues[0]?.message ?? "Check the fields." });
    }
    setSending(true);
    try {
      await send(checked.data);
      // What was changed while the form was sending is kept.
      setEdited((current) => (current === edited ? null : current));
      onSaved();
    } catch (error) {
      setProblem(problemOf(error, failedTitle));
    } finally {
      setSending(false);
    }
  }

  return {
    values,
    change: (next: Values) => setEdited({ values: next }),
    problem,
    isSending,
    submit(event: SubmitEvent) {
      event.preventDefault();
      void save();
    },
  };
}
