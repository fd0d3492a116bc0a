/** Words for messages. */
import { eventMeanings } from "../../../shared/event-meanings.ts";
import { writtenMailType } from "../../../shared/customer-mails.ts";
import {
  noticeMessageType,
  noticeTestType,
  purchaserMailKindLabels,
  purchaserMailKinds,
  visitMailType,
} from "../../../shared/notifications.ts";
import { type MessageState, testType } from "../../../shared/outbox.ts";
import type { Tone } from "../../text/labels.ts";

export const messageStateLabels: Record<MessageState, { label: string; tone: Tone }> = {
  waiting: { label: "Waiting", tone: "info" },
  delivered: { label: "Delivered", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  stopped: { label: "Stopped", tone: "quiet" },
};

export function messageTypeLabel(type: string): string {
  if (type === testType || type === noticeTestType) return "Test";
  if (type === noticeMessageType) return "Notification";
  if (type === visitMailType) return "Email: Microsoft is responding again";
  if (type === writtenMailType) return "Email: Written by staff";
  const mail = purchaserMailKinds.find((kind) => type === `purchaser.${kind}`);
  if (mail) return `Email: ${purchaserMailKindLabels[mail]}`;
  return type in eventMeanings ? eventMeanings[type as keyof typeof eventMeanings].name : type;
}
