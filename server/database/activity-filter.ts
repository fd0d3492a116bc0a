/** The filters of the record as conditions. */
import { and, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import {
  type ActivityFilters,
  type ActivitySource,
  type ActivityTopic,
  actorKinds,
  sourceOfKind,
} from "../../shared/filters.ts";
import { within } from "./keyset.ts";
import { activity as a, activityWords } from "./schema/activity.ts";
import { subscriptionNotes } from "./schema/subscriptions.ts";
import { wordsIn } from "./search.ts";
import { subscriptionsNamed } from "./subscription-words.ts";

/** A topic is some kinds, and requests of ours where they concern it. */
const topics: Record<ActivityTopic, { kinds: readonly string[]; requested?: string }> = {
  plan: { kinds: ["subscription.plan_changed"], requested: "planId" },
  seats: { kinds: ["subscription.quantity_changed"], requested: "quantity" },
  status: {
    kinds: [
      "subscription.first_seen",
      "subscription.activated",
      "subscription.suspended",
      "subscription.reinstated",
      "subscription.unsubscribed",
      "subscription.unexpected_transition",
      "subscription.trial_ended",
      "subscription.missing",
      "subscription.pending_too_long",
    ],
  },
  access: {
    kinds: ["subscription.held", "subscription.hold_lifted", "subscription.suspended", "subscription.reinstated"],
  },
  renewal: { kinds: ["subscription.renewed", "subscription.term_changed", "subscription.renewal_changed"] },
  care: {
    kinds: [
      "subscription.owner_changed",
      "subscription.tags_changed",
      "subscription.follow_up_changed",
      "subscription.note_added",
      "subscription.contact_given",
      "need.snoozed",
      "need.unsnoozed",
    ],
  },
  operation: {
    kinds: [
      "operation.requested",
      "operation.succeeded",
      "operation.rejected",
      "operation.failed",
      "operation.conflict",
      "operation.quarantined",
      "operation.skipped",
      "operation.replayed",
    ],
  },
  setting: {
    kinds: [
      "rule.changed",
      "staff.disabled",
      "staff.enabled",
      "view.shared",
      "view.unshared",
      "view.changed",
      "view.removed",
    ],
  },
  export: {
    kinds: [
      "subscriptions.export_begun",
      "subscriptions.exported",
      "activity.export_begun",
      "activity.exported",
      "operations.export_begun",
      "operations.exported",
      "deliveries.export_begun",
      "deliveries.exported",
    ],
  },
  bulk: { kinds: ["bulk.planned", "bulk.started", "bulk.stopped", "bulk.retried", "bulk.finished"] },
};

/** Which entries the filters let through; order and page are the caller's. Wants what `meantBy` gives. */
export function activityMatching(filters: ActivityFilters): SQL | undefined {
  return and(
    filters.subscription ? eq(a.subscriptionId, filters.subscription) : undefined,
    filters.actor && eq(a.actorKind, filters.actor),
    filters.person ? eq(a.actorId, filters.person) : undefined,
    filters.source && fromSource(filters.source),
    filters.topic && aboutTopic(filters.topic),
    filters.reasonCode ? eq(a.reasonCode, filters.reasonCode) : undefined,
    filters.run ? eq(a.bulkRunId, filters.run) : undefined,
    within(filters, sql`${a.id}`, sql`${a.at}`),
    withWords(filters.q),
  );
}

function fromSource(source: ActivitySource): SQL | undefined {
  const kinds = actorKinds.filter((kind) => sourceOfKind[kind] === source);
  // Old entries do not name their source: there it follows from the actor.
  return kinds.length === 0
    ? eq(a.source, source)
    : or(eq(a.source, source), and(isNull(a.source), inArray(a.actorKind, kinds)));
}

function aboutTopic(topic: ActivityTopic): SQL | undefined {
  const { kinds, requested } = topics[topic];
  const ofKinds = inArray(a.kind, [...kinds]);
  return requested === undefined
    ? ofKinds
    : or(ofKinds, and(eq(a.kind, "operation.requested"), sql`${a.after} ? ${requested}`));
}

/** In the entry itself, in the note that it tells of, or in what one may search a subscription by. Each part has its index. */
function withWords(text: string | undefined): SQL | undefined {
  const subscriptions = subscriptionsNamed(text);
  if (!subscriptions || text === undefined) return undefined;
  const words = wordsIn(text);
  const notes = sql`array(select id from ${subscriptionNotes} where to_tsvector('simple'::regconfig, text) @@ ${words} limit 500)`;
  return sql`(${activityWords(a)} @@ ${words} or ${a.id} = any(${notes}) or ${a.subscriptionId} = any(${subscriptions}))`;
}
