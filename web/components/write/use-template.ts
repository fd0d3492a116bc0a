/** The template of an email, which fills the text until the person has typed their own. */
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import type { WriteToCustomerInput } from "../../../shared/customer-mails.ts";
import { isLanguage } from "../../../shared/languages.ts";
import type { MailDraftView } from "../../../shared/views/customer-mails.ts";

export type MailText = { subject: string; body: string };

type Props = {
  form: UseFormReturnType<WriteToCustomerInput>;
  draft: Pick<MailDraftView, "language" | "templates">;
  /** The text that the email begins with; absent if it begins empty. */
  opening: MailText | undefined;
};

export function useTemplate({ form, draft: { language, templates }, opening }: Props) {
  const [template, setTemplate] = useState("");
  // The untouched text, and the text of a template that was not applied because the person had typed.
  const [untouched, setUntouched] = useState({ subject: opening?.subject ?? "", body: opening?.body ?? "" });
  const [offered, setOffered] = useState<MailText | null>(null);

  function choose(kind: string, wanted: string) {
    const chosen = isLanguage(wanted) ? wanted : language;
    setTemplate(kind);
    form.setFieldValue("language", chosen);
    const text = templates.find((one) => one.kind === kind)?.texts[chosen];
    const { subject, body } = form.getValues();
    const isTyped = subject !== untouched.subject || body !== untouched.body;
    if (text && !isTyped) fill(text);
    else setOffered(text ?? null);
  }

  function fill(text: MailText) {
    form.setValues(text);
    setUntouched(text);
    setOffered(null);
  }

  return {
    template,
    /** The text of the chosen template, if it would replace what the person has typed. */
    offered,
    choose,
    fill,
  };
}
