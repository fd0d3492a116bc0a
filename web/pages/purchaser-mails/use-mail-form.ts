/** What is entered for an email in one language, and how it is saved. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Language } from "../../../shared/languages.ts";
import { type PurchaserMailText, purchaserMailText, setPurchaserMailInput } from "../../../shared/notifications.ts";
import type { PurchaserMailView } from "../../../shared/views/notifications.ts";
import { useSettingsForm } from "../../components/settings-form.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";

const formInput = purchaserMailText.extend(setPurchaserMailInput.pick({ isEnabled: true, seenVersion: true }).shape);

export const isSame = (one: PurchaserMailText, other: PurchaserMailText) =>
  one.subject === other.subject && one.body === other.body;

export function useMailForm(mail: PurchaserMailView, language: Language) {
  const { kind, texts, defaults, changed } = mail;
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.purchaserMails.set.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.purchaserMails.pathFilter()),
    }),
  );
  const inputOf = (text: PurchaserMailText) => ({
    kind,
    language,
    text: isSame(text, defaults[language]) ? null : text,
  });
  const settings = useSettingsForm<z.infer<typeof formInput>, unknown>({
    subject: `purchaser mail ${kind} ${language}`,
    schema: formInput,
    stored: {
      isEnabled: mail.isEnabled,
      ...(texts[language] ?? defaults[language]),
      seenVersion: mail.versions[language],
    },
    changedByName: changed?.byName,
    send: ({ isEnabled, seenVersion, ...text }) => set.mutateAsync({ ...inputOf(text), isEnabled, seenVersion }),
    onSaved: () => announce("Saved. The change applies to future emails."),
    failedTitle: "The email was not changed",
  });
  return {
    ...settings,
    /** The default text is stored as null, so that it follows later versions. */
    inputOf,
  };
}
