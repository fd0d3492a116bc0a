/** What may go after a time, as data: settings, the job and the page read this one table. */

export const retentionKinds = ["deliveries", "calls", "refused", "contacts", "events"] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days to keep each kind; null: for good. */
export type RetentionDays = Record<RetentionKind, number | null>;

/** Until an admin sets others: evidence for a billing year and a month, contacts for a year after the end. */
export const defaultRetention: RetentionDays = { deliveries: 400, calls: 400, refused: 90, contacts: 365, events: 400 };

export const retentionRules: Record<RetentionKind, { name: string; minDays: number; from: string; note: string }> = {
  deliveries: {
    name: "Raw deliveries",
    minDays: 90,
    from: "after they came",
    note: "What Microsoft sent to the webhook, word for word. It is the evidence when a customer or Microsoft disputes a change or a bill; the record of what was done with it stays.",
  },
  calls: {
    name: "Calls to Microsoft",
    minDays: 30,
    from: "after they were made",
    note: "Each step of an operation with Microsoft's answers and the ids that its support asks for. The outcome of each operation stays.",
  },
  refused: {
    name: "Refused calls",
    minDays: 7,
    from: "after the last of a reason",
    note: "How often the webhook refused a call, by reason; nothing of the callers is kept.",
  },
  contacts: {
    name: "Contacts of ended subscriptions",
    minDays: 30,
    from: "after the end",
    note: "Name, e-mail, company and phone that the purchaser gave on the landing page. Privacy law, such as the GDPR in Article 5, asks to keep personal data no longer than it is needed. They are erased from the record of activity too, which stays verifiable. What Microsoft says about purchasers stays; use Personal data to erase one person.",
  },
  events: {
    name: "Events of your product",
    minDays: 30,
    from: "after they happened",
    note: "The lines of the feed from which your product hears of changes. A product that was away for longer is told so, and reads its subscriptions anew. The record of what happened stays.",
  },
};

/** `90 days`, `for good`. */
export function keptFor(days: number | null): string {
  return days === null ? "for good" : `${days} days`;
}
