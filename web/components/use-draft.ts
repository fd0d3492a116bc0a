import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readDraft, saveDraft } from "../sending/drafts.ts";
import { trpc } from "../trpc.ts";

type FormDraft = {
  /** The text that the person had typed when the form was last open. */
  restored: Record<string, unknown> | null;
  save(values: Record<string, unknown>): void;
};

/** The draft of a form. @param subject the form and what it is about, such as `change seats ID` */
export function useFormDraft(subject: string): FormDraft {
  const me = useQuery(trpc.me.get.queryOptions());
  const personId = me.data?.id;
  const [key] = useState(`form ${subject}`);
  const [restored] = useState(() => (personId === undefined ? null : readDraft(personId, key)));
  return { restored, save: (values) => personId !== undefined && saveDraft(personId, key, values) };
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
