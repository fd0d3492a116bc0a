/** The health of the webhook, in one word and a sentence. */
import { answerWindow } from "../../shared/lifecycle.ts";
import type { WebhookHealthView } from "../../shared/views/overview.ts";
import { refusalInWords } from "./refused-call.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

export type WebhookFacts = {
  /** Why the instance cannot serve; null if it can. */
  problem: string | null;
  lastDeliveryAt: Date | null;
  /** Changes of the last 24 hours that got no answer in time. */
  overdue: number;
  /** Changes of the last 24 hours that were answered after Microsoft's window. */
  late: number;
  /** The alarm that Microsoft refuses our calls or cannot be reached; null if neither. */
  access: { kind: "refused" | "away"; what: string } | null;
  /** The last refused call for each reason. */
  refused: { reason: string; at: Date }[];
};

/** A refused call counts only if something can be done about it, because anyone can call a public address. */
export function webhookHealth(facts: WebhookFacts, now: Date): WebhookHealthView {
  const { problem, lastDeliveryAt, overdue, late, access } = facts;
  if (problem !== null) {
    const words = `Marketdesk is not ready: ${problem}. Webhooks that cannot be stored are answered with 503, and Microsoft sends them again.`;
    return { state: "bad", words };
  }
  // A delivery is of no use while Microsoft cannot be called.
  if (access) return { state: access.kind, words: `${access.what}.` };
  const refused = facts.refused
    .filter(({ reason, at }) => refusalInWords(reason).remedy !== null && now.getTime() - at.getTime() < dayMs)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())[0];
  const isLastRefused = refused && (lastDeliveryAt === null || refused.at > lastDeliveryAt);
  if (overdue > 0) {
    const words = `${changes(overdue)} in the last 24 hours had no answer within Microsoft's ${answerWindow}.`;
    return { state: "bad", words };
  }
  if (refused && isLastRefused && now.getTime() - refused.at.getTime() < hourMs) {
    return { state: "bad", words: `The last call was refused. ${refusalInWords(refused.reason).meaning}` };
  }
  if (refused)
    return { state: "warning", words: `A call was refused today. ${refusalInWords(refused.reason).meaning}` };
  if (late > 0) {
    return {
      state: "warning",
      words: `${changes(late)} in the last 24 hours were answered after Microsoft's ${answerWindow}.`,
    };
  }
  if (lastDeliveryAt === null) return { state: "unused", words: "Microsoft has not called the webhook yet." };
  return { state: "good", words: "Webhooks arrive and are answered in time." };
}

function changes(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}
