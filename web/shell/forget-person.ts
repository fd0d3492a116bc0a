import { unsubscribe } from "../pages/notifications/push-registration.ts";
import { forgetVisits } from "../search/recent.ts";
import { forgetDrafts } from "../sending/drafts.ts";

const maxUnsubscribeMs = 1_000;

/** Removes what the next person who signs in must not see: input, and notifications about customers. */
export async function forgetPerson(): Promise<void> {
  forgetVisits();
  forgetDrafts();
  const timeout = new Promise((resolve) => setTimeout(resolve, maxUnsubscribeMs));
  await Promise.race([unsubscribe().catch(() => undefined), timeout]);
}
