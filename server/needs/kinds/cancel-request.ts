/** A cancellation waits for a second person's approval. */
import { sql } from "drizzle-orm";
import type { NeedKind } from "../need-kind.ts";
import { daysMs, ofSubscription } from "../sources.ts";

export const cancelRequest: NeedKind = {
  group: "Cancellations to approve",
  icon: "help",
  tone: "warn",
  windowMs: 3 * daysMs,
  actions: ["open"],
  source: (now) =>
    ofSubscription({
      from: sql`cancel_requests r join subscriptions s on s.id = r.subscription_id`,
      id: sql`r.id`,
      idType: "uuid",
      dueAt: sql`r.expires_at`,
      quoted: sql`r.requested_by_name`,
      // The request for a subscription that has ended is closed within minutes.
      where: sql`r.state = 'waiting' and r.expires_at > ${now} and s.status <> 'Unsubscribed'`,
      order: sql`r.expires_at`,
    }),
  words: ({ quoted, planName }) => ({
    what: "Cancellation to approve",
    rule: `${quoted ?? "A colleague"} requested the cancellation of ${planName}. A second person can approve or decline the request on the subscription's page; without a decision it expires.`,
  }),
};
