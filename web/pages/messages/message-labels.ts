/** Words for messages. */
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { type MessageState, testType } from "../../../shared/outbox.ts";
import type { Tone } from "../../text/labels.ts";

export const messageStateLabels: Record<MessageState, { label: string; tone: Tone }> = {
  waiting: { label: "Waiting", tone: "info" },
  delivered: { label: "Delivered", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  stopped: { label: "Stopped", tone: "quiet" },
};

export function messageTypeLabel(type: string): string {
  if (type === testType) return "Test";
  return type in eventMeanings ? eventMeanings[type as keyof typeof eventMeanings].name : type;
}
