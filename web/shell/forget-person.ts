import { unsubscribe } from "../pages/notifications/push-registration.ts";
import { forgetVisits } from "../search/recent.ts";
import { forgetDrafts } from "../sending/drafts.ts";

const maxUnsubscribeMs = 1_000;

/** Nothing of this person stays for the next person who signs in: no input, and no notifications about customers. */
export async function forgetPerson(): Promise<void> {
  forgetVisits();
  forgetDrafts();
  const timeout = new Promise((resolve) => setTimeout(resolve, maxUnsubscribeMs));
  await Promise.race([unsubscribe().catch(() => undefined), timeout]);
}
