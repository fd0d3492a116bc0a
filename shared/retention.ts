/** Data that may be deleted after a time: settings, job and page read this table. */

export const retentionKinds = [
  "deliveries",
  "calls",
  "refused",
  "contacts",
  "events",
  "messages",
  "usage",
  "movements",
  "dryRuns",
] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days to keep each kind; null: forever. */
export type RetentionDays = Record<RetentionKind, number | null>;

/**
 * The default: evidence for a billing year and a month, contacts for a year after the end, messages for a quarter,
 * movements for the last three years of the overview, and dry runs while what they say can still be true.
 */
export const defaultRetention: RetentionDays = {
  deliveries: 400,
  calls: 400,
  refused: 90,
  contacts: 365,
  events: 400,
  messages: 90,
  usage: 400,
  movements: 1_100,
  dryRuns: 30,
};

export const retentionRules: Record<RetentionKind, { name: string; minDays: number; from: string; note: string }> = {
  deliveries: {
    name: "Raw deliveries",
    minDays: 90,
    from: "after arrival",
    note: "Webhook calls from Microsoft, unmodified. They are evidence if a customer or Microsoft disputes a change or a bill. The audit trail of what was done with them is kept.",
  },
  calls: {
    name: "Calls to Microsoft",
    minDays: 30,
    from: "after the call",
    note: "Each step of an operation with Microsoft's responses and the IDs that its support asks for. The outcome of each operation is kept.",
  },
  refused: {
    name: "Refused calls",
    minDays: 7,
    from: "after the last call with the same reason",
    note: "How often the webhook refused a call, by reason. Nothing about the callers is stored.",
  },
  contacts: {
    name: "Contacts of ended subscriptions",
    minDays: 30,
    from: "after the end of the subscription",
    note: "Name, email, company and phone that the purchaser entered on the landing page. Privacy law, such as Article 5 of the GDPR, requires that personal data is kept no longer than needed. Contacts are also erased from the audit trail, which stays verifiable. What Microsoft reports about purchasers is kept; use Personal data to erase one person.",
  },
  events: {
    name: "Events of your product",
    minDays: 30,
    from: "after the event",
    note: "The feed from which your product learns of changes. A product that was offline for longer has to read all its subscriptions again. The audit trail is kept.",
  },
  messages: {
    name: "Sent messages",
    minDays: 7,
    from: "after the message was created",
    note: "Messages to your endpoints with each attempt, its request and the answer. Messages that still wait are kept. Their events have their own retention.",
  },
  usage: {
    name: "Hours of usage",
    minDays: 90,
    from: "after the hour and the end of its term",
    note: "The proof of each hour's bill: reported events, calls to Microsoft, Microsoft's answers and the daily comparison. Keep it as long as customers can dispute a bill. Undecided hours are kept, and so are the totals of each term and the audit trail.",
  },
  movements: {
    name: "Movements of recurring revenue",
    minDays: 400,
    from: "after the month of the movement",
    note: "Which subscriptions changed the MRR, for the lists behind the figures of the overview. The figures of each month are kept.",
  },
  dryRuns: {
    name: "Dry runs that were not started",
    minDays: 7,
    from: "after the dry run",
    note: "What a bulk action would have done to each subscription. A dry run whose list was deleted stays on the list of bulk runs and cannot be started. The results of bulk actions that were started are kept.",
  },
};

/** `90 days`, `forever`. */
export function retentionInWords(days: number | null): string {
  return days === null ? "forever" : `${days} days`;
}
