/** This browser's subscription to its vendor's push service (https://www.w3.org/TR/push-api/). */
import type { AddBrowserInput } from "../../../shared/notifications.ts";

const workerPath = "/push-worker.js";

export function isPushPossible(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function current(): Promise<PushSubscription | null> {
  if (!isPushPossible()) return null;
  const registration = await navigator.serviceWorker.getRegistration(workerPath);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** The SHA-256 of this browser's address at its push service, as the server has it; empty if notifications are off. */
export async function fingerprintOf(): Promise<string> {
  const subscription = await current();
  if (!subscription) return "";
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const text = btoa(String.fromCharCode(...new Uint8Array(hash)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Asks the person and the push service.
 * @param publicKey the server's, base64url
 * @returns what the server needs, or a sentence that says why not
 */
export async function subscribe(publicKey: string): Promise<AddBrowserInput | string> {
  if ((await Notification.requestPermission()) !== "granted") {
    return "The browser blocks notifications from this site. Allow them in the site's settings, next to the address.";
  }
  await navigator.serviceWorker.register(workerPath);
  const { pushManager } = await navigator.serviceWorker.ready;
  // A subscription that was made with another key is not valid for this server.
  await (await pushManager.getSubscription())?.unsubscribe();
  try {
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    const { endpoint, keys } = subscription.toJSON();
    return { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" } };
  } catch {
    return "The browser cannot reach its push service. Check the network, or try another browser.";
  }
}

export async function unsubscribe(): Promise<void> {
  await (await current())?.unsubscribe();
}
