/** Notifications to browsers (Web Push, RFC 8030): encrypted for the browser and posted to its push service. */
import webPush from "web-push";
import { readRetryAfter } from "../domain/message-retries.ts";
import { AddressRefused } from "../outward/addresses.ts";
import { CallFailed, type OutwardCalls } from "../outward/outward-calls.ts";
import type { ClaimedMessage } from "../database/writes/outbox-claims.ts";
import { type Channel, noAnswer, notSent, requireClaim, type Sent } from "./channel.ts";
import type { PushKeys, PushSubscription } from "./push-keys.ts";

/** What the service worker shows (`web/public/push-worker.js`). */
export type PushNotification = {
  title: string;
  body: string;
  /** A path of the dashboard. */
  path: string;
  /** A later notification with the same tag replaces the earlier one. */
  tag: string;
  isUrgent: boolean;
};

/** `obsolete`: the notification no longer applies. `gone`: the browser's subscription has been removed or cannot be read. */
export type ComposedPush = { to: PushSubscription; notification: PushNotification } | "obsolete" | "gone";

/** How long the push service keeps a notification for a browser that is off; older ones are outdated. */
const ttlSeconds = 24 * 3_600;

export type PushTools = {
  keys: Pick<PushKeys, "publicKey" | "privateKey">;
  outward: Pick<OutwardCalls, "post">;
  /** The sender's contact for the push service: an https URL or a mailto URL (RFC 8292, 2.1). */
  contact: string;
  now: () => Date;
};

export function createPushChannel(
  tools: PushTools,
  options: {
    compose: (message: ClaimedMessage) => Promise<ComposedPush>;
    /** Called if the person has revoked the permission, or the browser no longer exists. */
    onGone: (message: ClaimedMessage) => Promise<void>;
  },
): Channel {
  return {
    hasManyAddresses: true,
    async send(message): Promise<Sent> {
      const composed = await options.compose(message);
      if (composed === "obsolete")
        return { ...notSent("It was resolved before the message was sent."), isObsolete: true };
      if (composed === "gone") {
        await options.onGone(message);
        return { ...notSent("The browser has been removed."), isFinal: true };
      }
      requireClaim(message);
      const sent = await postPush(tools, composed.to, composed.notification);
      if (!sent.isGone) return sent;
      await options.onGone(message);
      // The browser no longer exists; the push service works.
      return { ...sent, isGone: false, isFinal: true };
    },
  };
}

/** Posts a notification once. The answer is not kept, because it can repeat the address. */
export async function postPush(
  { keys, outward, contact, now }: PushTools,
  subscription: PushSubscription,
  notification: PushNotification,
): Promise<Sent> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  try {
    const request = encrypt(keys, contact, subscription, notification);
    if (request === null)
      return { ...notSent("The browser's key cannot be used. Turn the notifications on again."), isFinal: true };
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
    );
    const { status, retryAfter } = await outward.post(subscription.endpoint, headers, request.body ?? Buffer.alloc(0));
    const isDelivered = status >= 200 && status < 300;
    return {
      ...noAnswer,
      outcome: isDelivered ? "delivered" : "failed",
      status,
      durationMs: durationMs(),
      problem: isDelivered ? null : explainStatus(status),
      retryAfterMs: status === 429 || status === 503 ? readRetryAfter(retryAfter, now()) : null,
      isGone: status === 404 || status === 410,
      // The same message would be refused again.
      isFinal: status === 400 || status === 413,
    };
  } catch (error) {
    if (error instanceof AddressRefused) return notSent(error.message);
    if (!(error instanceof CallFailed)) throw error;
    return { ...noAnswer, outcome: "failed", durationMs: durationMs(), problem: error.message };
  }
}

/** Null if no message can be encrypted with the browser's keys. */
function encrypt(
  { publicKey, privateKey }: PushTools["keys"],
  subject: string,
  { endpoint, p256dh, auth }: PushSubscription,
  { isUrgent, ...shown }: PushNotification,
) {
  try {
    return webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(shown), {
      vapidDetails: { subject, publicKey, privateKey },
      contentEncoding: webPush.supportedContentEncodings.AES_128_GCM,
      TTL: ttlSeconds,
      urgency: isUrgent ? "high" : "normal",
    });
  } catch {
    return null;
  }
}

function explainStatus(status: number): string {
  if (status === 404 || status === 410) return `HTTP ${status}: the browser no longer accepts notifications`;
  if (status === 401 || status === 403) return `HTTP ${status}: the push service does not accept Marketdesk's key`;
  return `HTTP ${status}`;
}
