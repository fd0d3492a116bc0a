import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Language } from "../../../shared/languages.ts";
import type { PurchaserMailKind, PurchaserMailText } from "../../../shared/notifications.ts";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";

/** An email as it is being written; `text` is null if it is the default text. */
export type MailInput = { kind: PurchaserMailKind; language: Language; text: PurchaserMailText | null };

/** Sends an email to the person who writes it. */
export function useTestMail(input: MailInput) {
  const test = useMutation(trpc.purchaserMails.test.mutationOptions());
  const [result, setResult] = useState<string | null>(null);

  async function sendTest() {
    setResult(null);
    try {
      const { isDelivered, problem } = await test.mutateAsync(input);
      setResult(isDelivered ? "The test was sent to you." : `The test was not sent: ${problem ?? "no response"}`);
    } catch (error) {
      setResult(messageOf(error, true));
    }
  }

  return { result, isSending: test.isPending, sendTest };
}
