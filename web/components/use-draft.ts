import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useState } from "react";
import { readDraft, saveDraft } from "../sending/drafts.ts";
import { trpc } from "../trpc.ts";

/** Names the form for its draft: the title of the dialog around it. */
export const DraftName = createContext("");

type FormDraft = {
  /** What the person had typed when the form was last open. */
  restored: Record<string, unknown> | null;
  save(values: Record<string, unknown>): void;
};

/** The draft of a form: of this page, this dialog and these initial values, so that it never applies to another subject or version. */
export function useFormDraft(initialValues: object): FormDraft {
  const me = useQuery(trpc.me.get.queryOptions());
  const name = useContext(DraftName);
  const personId = me.data?.id;
  const [key] = useState(() => `${location.pathname} ${name} ${JSON.stringify(initialValues)}`);
  // A form without a dialog shows what is stored, and what is stored changes: such forms keep no draft.
  const isKept = personId !== undefined && name !== "";
  const [restored] = useState(() => (isKept ? readDraft(personId, key) : null));
  return { restored, save: (values) => isKept && saveDraft(personId, key, values) };
}

/** A text with its draft. An empty text removes the draft. */
export function useTextDraft(name: string): [text: string, setText: (text: string) => void] {
  const me = useQuery(trpc.me.get.queryOptions());
  const personId = me.data?.id;
  const [text, setText] = useState(() => {
    const kept = personId === undefined ? null : readDraft(personId, name)?.["text"];
    return typeof kept === "string" ? kept : "";
  });
  return [
    text,
    (next) => {
      setText(next);
      if (personId !== undefined) saveDraft(personId, name, next === "" ? {} : { text: next });
    },
  ];
}
