/** The kind of an audit entry in words, for filters that name one. */
import { capitalize } from "./format.ts";

/** Where the interface has other words than the kind, see docs/glossary.md. */
const words: Record<string, string> = {
  "credential.end_told": "Expiry date of a secret set",
  "landing.refused": "Landing page visit refused",
  "operation.accepted_by_staff": "Change accepted by staff",
  "operation.conflict": "Operation superseded",
  "operation.refused_by_staff": "Change rejected by staff",
  "reconcile.started": "Reconciliation started",
  "retention.swept": "Data deleted after its retention",
  "session_secret.changed": "SESSION_SECRET changed",
  "subscription.activation_asked": "Activation requested",
  "subscription.confirmation_asked": "Product asked to resync",
  "subscription.confirmed": "Provisioning confirmed by the product",
  "subscription.contact_given": "Contact provided",
  "subscription.answers_given": "Answers provided",
  "subscription.first_seen": "Purchase discovered",
  "subscription.held": "Access hold set",
  "subscription.hold_lifted": "Access hold released",
  "subscription.missing": "Subscription missing at Microsoft",
  "subscription.quantity_changed": "Seats changed",
  "subscription.trial_ended": "Trial became paid",
  "subscription.unsubscribed": "Subscription canceled",
};

export function activityKindInWords(kind: string): string {
  return (
    words[kind] ??
    capitalize(
      kind
        .replace(/^subscription\.(?=.*_changed$)/, "")
        .replaceAll(/[._]+/g, " ")
        .replace(/^api key made/, "API key created")
        .replace(/^api\b/, "API"),
    )
  );
}
