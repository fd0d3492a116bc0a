/** Whether the webhook is well, in one word and a sentence. Pure. */
import { answerWindow } from "../../shared/lifecycle.ts";
import type { WebhookHealthView } from "../../shared/views/overview.ts";
import { refusalInWords } from "./refused-call.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

export type WebhookFacts = {
  lastDeliveryAt: Date | null;
  /** Changes of the last day that Microsoft waited for in vain. */
  overdue: number;
  /** Changes of the last day that were answered after Microsoft's window. */
  late: number;
  /** The alarm that Microsoft refuses our calls or cannot be reached; null: neither. */
  access: { kind: "refused" | "away"; what: string } | null;
  /** The last refused call of each reason. */
  refused: { reason: string; at: Date }[];
};

/** Refused calls count only where something can be done about them: strangers may call a public address as they like. */
export function webhookHealth(facts: WebhookFacts, now: Date): WebhookHealthView {
  const { lastDeliveryAt, overdue, late, access } = facts;
  // A webhook that arrives is of no use while nothing can be asked or answered.
  if (access) return { state: access.kind, words: `${access.what}.` };
  const refused = facts.refused
    .filter(({ reason, at }) => refusalInWords(reason).remedy !== null && now.getTime() - at.getTime() < dayMs)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())[0];
  const isLastRefused = refused && (lastDeliveryAt === null || refused.at > lastDeliveryAt);
  if (overdue > 0) {
    const words = `${changes(overdue)} of the last day had no answer within Microsoft's ${answerWindow}.`;
    return { state: "bad", words };
  }
  if (refused && isLastRefused && now.getTime() - refused.at.getTime() < hourMs) {
    return { state: "bad", words: `The last call was refused. ${refusalInWords(refused.reason).meaning}` };
  }
  if (refused)
    return { state: "warning", words: `A call was refused today. ${refusalInWords(refused.reason).meaning}` };
  if (late > 0) {
    return { state: "warning", words: `${changes(late)} of the last day were answered later than ${answerWindow}.` };
  }
  if (lastDeliveryAt === null) return { state: "unused", words: "Microsoft has not called the webhook yet." };
  return { state: "good", words: "What Microsoft sends arrives, and is answered in time." };
}

function changes(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}
