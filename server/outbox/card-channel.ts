/** Messages to channels of Teams and Slack: a post to the address that an admin has pasted. */
import type { ChannelKind } from "../../shared/notifications.ts";
import { readRetryAfter } from "../domain/message-retries.ts";
import { AddressRefused } from "../outward/addresses.ts";
import { CallFailed, type OutwardCalls } from "../outward/outward-calls.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { type Channel, noAnswer, notSent, requireClaim, type Sent } from "./channel.ts";

export type ComposedCard = { address: string; body: object } | "obsolete" | "unreadable";

export type CardChannelOptions = {
  kind: ChannelKind;
  outward: Pick<OutwardCalls, "post">;
  compose: (message: ClaimedMessage) => Promise<ComposedCard>;
  now: () => Date;
};

export function createCardChannel({ kind, outward, compose, now }: CardChannelOptions): Channel {
  return {
    async send(message): Promise<Sent> {
      const card = await compose(message);
      if (card === "obsolete") return { ...notSent("It was resolved before the message was sent."), isObsolete: true };
      if (card === "unreadable") {
        return notSent(
          "Its address cannot be read, because SESSION_SECRET has changed. Remove the channel, and add it again.",
        );
      }
      requireClaim(message);
      return postCard({ kind, outward, now }, card);
    },
  };
}

/** Posts a card once. The answer is not kept, because it can repeat the address. */
export async function postCard(
  { kind, outward, now }: Pick<CardChannelOptions, "kind" | "outward" | "now">,
  { address, body }: { address: string; body: object },
): Promise<Sent> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const headers = { "content-type": "application/json; charset=utf-8", "user-agent": "Marketdesk" };
  try {
    const { status, retryAfter } = await outward.post(address, headers, JSON.stringify(body));
    const isDelivered = status >= 200 && status < 300;
    return {
      ...noAnswer,
      outcome: isDelivered ? "delivered" : "failed",
      status,
      durationMs: durationMs(),
      problem: isDelivered ? null : explainStatus(kind, status),
      retryAfterMs: status === 429 || status === 503 ? readRetryAfter(retryAfter, now()) : null,
      // Slack: the channel is archived or the webhook removed. Teams: the Workflow was deleted.
      isGone: status === 404 || status === 410,
    };
  } catch (error) {
    if (error instanceof AddressRefused) return notSent(error.message);
    if (!(error instanceof CallFailed)) throw error;
    return { ...noAnswer, outcome: "failed", durationMs: durationMs(), problem: error.message };
  }
}

function explainStatus(kind: ChannelKind, status: number): string {
  if (status === 404 || status === 410) return `HTTP ${status}: the address no longer exists`;
  if (status === 401 || status === 403) {
    return kind === "teams"
      ? `HTTP ${status}: the Workflow does not accept the post; its owner may have left, or it is turned off`
      : `HTTP ${status}: Slack does not accept posts to this channel`;
  }
  return `HTTP ${status}`;
}
