/** The tables. Each index names the query it serves; each constraint, the row that must not exist. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  date,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import {
  actorKinds,
  deliveryOutcomes,
  differenceDeeds,
  differenceKinds,
  needKinds,
  reconcilePhases,
  type SubscriptionFilters,
} from "../../shared/filters.ts";
import { operationOutcomes, operationStages, subscriptionStatuses } from "../../shared/lifecycle.ts";
import { roles } from "../../shared/roles.ts";
import type { StepCall } from "../../shared/views.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const instant = () => timestamp({ withTimezone: true, precision: 3 });

export const subscriptionStatus = pgEnum("subscription_status", subscriptionStatuses);
export const operationStage = pgEnum("operation_stage", operationStages);
export const operationOutcome = pgEnum("operation_outcome", operationOutcomes);
export const operationSource = pgEnum("operation_source", ["Azure", "Partner"]);
export const deliveryOutcome = pgEnum("delivery_outcome", deliveryOutcomes);
export const actorKind = pgEnum("actor_kind", actorKinds);
export const staffRole = pgEnum("staff_role", roles);
export const sessionKind = pgEnum("session_kind", ["staff", "purchaser"]);
export const firstSeenBy = pgEnum("first_seen_by", ["landing", "webhook", "reconcile"]);

/** The e-mails of a subscription and their domains, as lexemes. The function stands in the migration of its index. */
export const subscriptionEmails = sql`emails_of_subscription(beneficiary_email, purchaser_email, contact_email)`;

/** Our copy of a subscription, kept equal to Microsoft's, with the publisher's own hold and contact. */
export const subscriptions = pgTable(
  "subscriptions",
  {
    /** Microsoft's id. */
    id: text().primaryKey(),
    name: text().notNull(),
    publisherId: text(),
    offerId: text().notNull(),
    planId: text().notNull(),
    /** Seats; null for a flat-rate plan. */
    quantity: integer(),
    status: subscriptionStatus().notNull(),
    /** When it got this status, as far as we know: when the desk first saw it so. */
    statusSince: instant().notNull(),
    /** Microsoft's word when it is none that we know; `status` then keeps the last known one. */
    unrecognisedStatus: text(),
    beneficiaryEmail: text(),
    beneficiaryObjectId: text(),
    beneficiaryTenantId: text(),
    purchaserEmail: text(),
    purchaserObjectId: text(),
    purchaserTenantId: text(),
    termUnit: text(),
    termStartsAt: instant(),
    termEndsAt: instant(),
    autoRenews: boolean(),
    isFreeTrial: boolean().notNull().default(false),
    isTest: boolean().notNull().default(false),
    allowedCustomerOperations: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    purchasedAt: instant(),
    /** The publisher's own stop. All three or none. */
    holdReason: text(),
    holdBy: text(),
    holdAt: instant(),
    /** What the purchaser told us on the landing page. All four or none. */
    contactName: text(),
    contactEmail: text(),
    contactCompany: text(),
    contactPhone: text(),
    firstSeenBy: firstSeenBy().notNull(),
    /** What staff keep with it; no change of the subscription itself, so `version` and `updatedAt` stay. */
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The member of staff who looks after it. Both or none. */
    ownerId: text(),
    ownerName: text(),
    /** When staff want to look at it again. */
    followUpOn: date(),
    /** Grows with each change; an answer of Microsoft's that was asked for before the change is not applied. */
    version: integer().notNull().default(1),
    /** When Microsoft was last asked. */
    syncedAt: instant().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    /** Microsoft's last answer to Get Subscription, as it came. */
    raw: jsonb(),
    /** Everything staff may paste to find it. */
    searchText: text()
      .notNull()
      .generatedAlwaysAs(
        sql`lower(id || ' ' || name || ' ' || offer_id || ' ' || plan_id || ' ' || coalesce(beneficiary_email, '') || ' ' || coalesce(beneficiary_object_id, '') || ' ' || coalesce(beneficiary_tenant_id, '') || ' ' || coalesce(purchaser_email, '') || ' ' || coalesce(purchaser_object_id, '') || ' ' || coalesce(purchaser_tenant_id, '') || ' ' || coalesce(contact_name, '') || ' ' || coalesce(contact_email, '') || ' ' || coalesce(contact_company, '') || ' ' || coalesce(contact_phone, ''))`,
      ),
  },
  (table) => [
    check("subscriptions_quantity_positive", sql`${table.quantity} > 0`),
    check(
      "subscriptions_hold_whole",
      sql`num_nonnulls(${table.holdReason}, ${table.holdBy}, ${table.holdAt}) in (0, 3)`,
    ),
    check(
      "subscriptions_contact_whole",
      sql`num_nonnulls(${table.contactName}, ${table.contactEmail}, ${table.contactCompany}, ${table.contactPhone}) in (0, 4)`,
    ),
    check("subscriptions_owner_whole", sql`num_nonnulls(${table.ownerId}, ${table.ownerName}) in (0, 2)`),
    check(
      "subscriptions_tags",
      sql`cardinality(${table.tags}) <= 20 and array_position(${table.tags}, null) is null and array_position(${table.tags}, '') is null`,
    ),
    check("subscriptions_version_positive", sql`${table.version} > 0`),
    /** Search: fragments of any text or id. */
    index("subscriptions_search").using("gin", table.searchText.op("gin_trgm_ops")),
    /** Search: the beginning of an e-mail or its domain, which share too many fragments with others for the index above. */
    index("subscriptions_emails").using("gin", subscriptionEmails),
    /** The list in each of its orders; the id makes the order total for keyset pages. */
    index("subscriptions_updated").on(table.updatedAt, table.id),
    index("subscriptions_name").on(table.name, table.id),
    index("subscriptions_purchased").on(sql`coalesce(purchased_at, '-infinity')`, table.id),
    index("subscriptions_term_end").on(sql`coalesce(term_ends_at, 'infinity')`, table.id),
    index("subscriptions_quantity").on(sql`coalesce(quantity, 0)`, table.id),
    /** The list filtered by status, newest change first. */
    index("subscriptions_status_updated").on(table.status, table.updatedAt, table.id),
    /** The list filtered by offer and plan, newest change first. */
    index("subscriptions_plan_updated").on(table.offerId, table.planId, table.updatedAt, table.id),
    /** Those that the publisher holds. */
    index("subscriptions_held")
      .on(table.updatedAt, table.id)
      .where(sql`${table.holdAt} is not null`),
    /** What needs someone, the first to be lost first: purchases without activation, */
    index("subscriptions_pending")
      .on(sql`coalesce(purchased_at, created_at)`, table.id)
      .where(sql`${table.status} = 'PendingFulfillmentStart'`),
    /** suspended ones, */
    index("subscriptions_suspended")
      .on(table.statusSince, table.id)
      .where(sql`${table.status} = 'Suspended'`),
    /** terms that end without renewal, */
    index("subscriptions_not_renewing")
      .on(table.termEndsAt, table.id)
      .where(sql`${table.status} = 'Subscribed' and not ${table.autoRenews} and not ${table.isFreeTrial}`),
    /** trials, */
    index("subscriptions_trials")
      .on(table.termEndsAt, table.id)
      .where(sql`${table.status} = 'Subscribed' and ${table.isFreeTrial}`),
    /** and those whose status nobody understands. */
    index("subscriptions_unrecognised")
      .on(table.updatedAt, table.id)
      .where(sql`${table.unrecognisedStatus} is not null`),
    /** The list filtered by what few have, newest change first; what many have is soon met in the list's own order. */
    index("subscriptions_listed_trials")
      .on(table.updatedAt, table.id)
      .where(sql`${table.isFreeTrial}`),
    index("subscriptions_listed_resold")
      .on(table.updatedAt, table.id)
      .where(sql`${table.purchaserTenantId} <> ${table.beneficiaryTenantId}`),
    index("subscriptions_listed_ending")
      .on(table.updatedAt, table.id)
      .where(sql`not ${table.autoRenews}`),
    index("subscriptions_tags").using("gin", table.tags),
    index("subscriptions_owner")
      .on(table.ownerId, table.updatedAt, table.id)
      .where(sql`${table.ownerId} is not null`),
    index("subscriptions_follow_up")
      .on(table.followUpOn, table.id)
      .where(sql`${table.followUpOn} is not null`),
  ],
);

/** Every tag that was ever given, so that the choices need not be gathered from all subscriptions. */
export const tags = pgTable("tags", { name: text().primaryKey(), firstGivenAt: instant().notNull() });

/** What staff wrote about a subscription. Append-only, no foreign keys. The entry of the record with the same id tells of it. */
export const subscriptionNotes = pgTable(
  "subscription_notes",
  {
    /** Ordered by time; that of its entry in `activity`. */
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    text: text().notNull(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    at: instant().notNull(),
  },
  (table) => [check("subscription_notes_text", sql`${table.text} <> ''`)],
);

/** Filters of the list of subscriptions that staff keep under a name, for themselves or for all. */
export const savedViews = pgTable(
  "saved_views",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** As the address has them, without a page. */
    filters: jsonb().$type<Omit<SubscriptionFilters, "cursor">>().notNull(),
    ownerId: text().notNull(),
    ownerName: text().notNull(),
    isShared: boolean().notNull().default(false),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (table) => [
    check("saved_views_name", sql`${table.name} <> ''`),
    /** Those of a person; a person's names differ. */
    uniqueIndex("saved_views_name_of_owner").on(table.ownerId, sql`lower(${table.name})`),
    /** Those for all. */
    index("saved_views_shared")
      .on(table.name)
      .where(sql`${table.isShared}`),
  ],
);

/** What Microsoft told us of a plan, by listAvailablePlans. Keyed by offer and plan: plan ids repeat between offers. */
export const plans = pgTable(
  "plans",
  {
    offerId: text().notNull(),
    planId: text().notNull(),
    name: text().notNull(),
    isPricePerSeat: boolean().notNull(),
    minQuantity: integer(),
    maxQuantity: integer(),
    price: text(),
    seenAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.offerId, table.planId] })],
);

/** Which changes of customers the publisher accepts: versions, of which the latest of a scope is in force. Append-only. */
export const changeRules = pgTable(
  "change_rules",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    /** Counts all rules: a decision names it. */
    version: integer().notNull().unique("change_rules_version"),
    /** Null: every offer. */
    offerId: text(),
    /** The plan that the subscription has when its customer asks. Null: every plan of the offer. */
    planId: text(),
    /** From here on the scope has no rule of its own: that of the offer, or of every offer, holds. */
    followsWider: boolean().notNull().default(false),
    /** Plans that customers may change to. Null: all; empty: none. */
    allowedPlans: text().array(),
    /** Seats that customers may ask for. Null: no limit of ours. */
    minQuantity: integer(),
    maxQuantity: integer(),
    reason: text().notNull(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    check("change_rules_version_positive", sql`${table.version} > 0`),
    check("change_rules_plan_of_offer", sql`${table.offerId} is not null or ${table.planId} is null`),
    check(
      "change_rules_no_empty_ids",
      sql`${table.offerId} <> '' and ${table.planId} <> '' and array_position(${table.allowedPlans}, null) is null and array_position(${table.allowedPlans}, '') is null`,
    ),
    /** Plan ids mean something within an offer only. */
    check(
      "change_rules_plans_of_offer",
      sql`${table.offerId} is not null or ${table.allowedPlans} is null or cardinality(${table.allowedPlans}) = 0`,
    ),
    check("change_rules_seats_positive", sql`${table.minQuantity} > 0 and ${table.maxQuantity} > 0`),
    check("change_rules_seats_in_order", sql`${table.minQuantity} <= ${table.maxQuantity}`),
    check(
      "change_rules_nothing_of_its_own",
      sql`not ${table.followsWider} or (${table.offerId} is not null and num_nonnulls(${table.allowedPlans}, ${table.minQuantity}, ${table.maxQuantity}) = 0)`,
    ),
    check("change_rules_reason", sql`${table.reason} <> ''`),
    /** The rule in force for an offer and plan, and the history of a scope. */
    index("change_rules_scope").on(table.offerId, table.planId, table.version),
  ],
);

/** One operation: Microsoft's, or one that the desk started. */
export const operations = pgTable(
  "operations",
  {
    /** Ours; ordered by time. */
    id: uuid().primaryKey(),
    /** Microsoft's id of it; null until a change of our own was accepted, and always for Activate. */
    marketplaceId: text().unique("operations_marketplace_id"),
    /** No foreign key: a webhook may name a subscription that we do not have yet. */
    subscriptionId: text().notNull(),
    action: text().notNull(),
    source: operationSource().notNull(),
    stage: operationStage().notNull(),
    /** Microsoft's word for its state, as last read. */
    status: text(),
    outcome: operationOutcome(),
    /** The plan or seats asked for. */
    planId: text(),
    quantity: integer(),
    decision: text({ enum: ["accept", "reject"] }),
    decisionReason: text(),
    /** The change rule that decided. Version 0 without an id: no rule was set; both null: no rule was asked. */
    decisionRuleId: uuid().references(() => changeRules.id),
    decisionRuleVersion: integer(),
    /** What the subscription had when a change that the customer asked for was decided. */
    heldPlanId: text(),
    heldQuantity: integer(),
    /** When Microsoft stops waiting for our answer. */
    answerDueAt: instant(),
    acknowledgedAt: instant(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    reason: text(),
    /** Set before the call that starts our change, so that a crash in between is known to have been possible. */
    sentAt: instant(),
    attempts: integer().notNull().default(0),
    lastError: text(),
    /** The job gave up at this time; staff may retry. */
    stuckAt: instant(),
    /** When a job was last made for it; null asks the sweep to make one. */
    enqueuedAt: instant(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    settledAt: instant(),
  },
  (table) => [
    check("operations_settled_at", sql`(${table.stage} = 'settled') = (${table.settledAt} is not null)`),
    check("operations_outcome_at_end", sql`(${table.stage} = 'settled') = (${table.outcome} is not null)`),
    check("operations_decision_reason", sql`(${table.decision} is null) = (${table.decisionReason} is null)`),
    check(
      "operations_decision_rule",
      sql`coalesce(${table.decisionRuleVersion} > 0, false) = (${table.decisionRuleId} is not null) and (${table.decisionRuleVersion} is null or ${table.decision} is not null)`,
    ),
    check(
      "operations_stage_of_source",
      sql`${table.stage} not in ('requested', 'accepted') or ${table.source} = 'Partner'`,
    ),
    check("operations_accepted_was_sent", sql`${table.stage} <> 'accepted' or ${table.sentAt} is not null`),
    /** One change of ours at Microsoft for each subscription; the next one is requested and waits unsent. */
    uniqueIndex("operations_one_sent_of_ours")
      .on(table.subscriptionId)
      .where(sql`${table.stage} in ('requested', 'accepted') and ${table.sentAt} is not null`),
    /** Operations of a subscription, newest first. */
    index("operations_subscription").on(table.subscriptionId, table.id),
    /** The list of open operations, newest first; that of all follows the key. */
    index("operations_open")
      .on(table.id)
      .where(sql`${table.stage} <> 'settled'`),
    /** The changes that customers asked for since a day: what a change rule would have refused. */
    index("operations_customer_changes")
      .on(table.createdAt)
      .where(sql`${table.heldPlanId} is not null`),
    /** Whether a subscription has an open operation. */
    index("operations_open_of_subscription")
      .on(table.subscriptionId)
      .where(sql`${table.stage} <> 'settled'`),
    /** The sweep: open operations that have no job. */
    index("operations_without_job")
      .on(table.createdAt)
      .where(sql`${table.enqueuedAt} is null and ${table.stage} <> 'settled'`),
    /** What needs someone: operations that Microsoft waits for, */
    index("operations_answer_due")
      .on(table.answerDueAt)
      .where(sql`${table.answerDueAt} is not null and ${table.stage} in ('received', 'verified', 'decided')`),
    /** those that gave up, */
    index("operations_stuck")
      .on(table.stuckAt)
      .where(sql`${table.stuckAt} is not null`),
    /** those that were set aside of late, and activations that failed of late. */
    index("operations_quarantined")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'quarantined'`),
    index("operations_failed_activations")
      .on(table.settledAt)
      .where(sql`${table.outcome} = 'failed' and ${table.action} = 'Activate'`),
  ],
);

/** One step taken with an operation, and the calls to Microsoft that it made. Append-only. */
export const operationSteps = pgTable(
  "operation_steps",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    operationId: uuid().notNull(),
    startedAt: instant().notNull(),
    endedAt: instant().notNull(),
    /** What `nextStep` said to do. */
    step: text().notNull(),
    /** The stage after it; the same as before when the step has to be taken again. */
    stage: operationStage().notNull(),
    /** What went wrong or is waited for, in words. */
    note: text(),
    calls: jsonb().$type<StepCall[]>().notNull(),
  },
  (table) => [
    /** The trace of an operation. */
    index("operation_steps_operation").on(table.operationId, table.id),
    /** Search: the beginning of any id of a call. `ids_of_calls` stands in the migration of this index. */
    index("operation_steps_ids").using("gin", sql`ids_of_calls(${table.calls})`),
  ],
);

/** One authentic POST to the webhook, raw. Append-only. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    receivedAt: instant().notNull(),
    outcome: deliveryOutcome().notNull(),
    /** What could be read of the body. */
    marketplaceId: text(),
    subscriptionId: text(),
    action: text(),
    operationId: uuid(),
    body: bytea().notNull(),
    bodySha256: text().notNull(),
    /** Request headers without Authorization and cookies. */
    headers: jsonb().$type<Record<string, string>>().notNull(),
  },
  (table) => [
    /** Deliveries of a subscription, and of an operation. */
    index("webhook_deliveries_subscription").on(table.subscriptionId, table.id),
    index("webhook_deliveries_operation").on(table.operationId, table.id),
  ],
);

/** Calls to the webhook that were refused, counted by reason, without token or body. */
export const rejectedCalls = pgTable("rejected_calls", {
  reason: text().primaryKey(),
  status: integer().notNull(),
  count: bigint({ mode: "number" }).notNull(),
  lastAt: instant().notNull(),
});

/** One change by one actor: timeline and audit record in one. Append-only, no foreign keys: rows outlive their subjects. */
export const activity = pgTable(
  "activity",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    subscriptionId: text(),
    operationId: uuid(),
    deliveryId: uuid(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    /** `noun.verb`. */
    kind: text().notNull(),
    summary: text().notNull(),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
    reason: text(),
  },
  (table) => [
    /** The timeline of a subscription. */
    index("activity_subscription").on(table.subscriptionId, table.id),
    /** The trace of an operation. */
    index("activity_operation")
      .on(table.operationId, table.id)
      .where(sql`${table.operationId} is not null`),
    /** The activity page filtered by who. */
    index("activity_actor").on(table.actorKind, table.id),
  ],
);

/** One comparison of our record with Microsoft's. */
export const reconcileRuns = pgTable(
  "reconcile_runs",
  {
    id: uuid().primaryKey(),
    trigger: text({ enum: ["schedule", "staff"] }).notNull(),
    startedByName: text(),
    startedAt: instant().notNull(),
    finishedAt: instant(),
    /** What it is doing: reading Microsoft's list, then asking for what that left out, then raising what waits too long. */
    phase: text({ enum: reconcilePhases }).notNull().default("listing"),
    /** Where to go on after a kill: Microsoft's continuation token of the next page. */
    continuation: text(),
    /** How often Microsoft refused to go on with its list, and it was read from the start again. */
    restarts: integer().notNull().default(0),
    /** Where to go on after a kill when looking for what the list left out: the last id that was looked at. */
    checkedThrough: text(),
    /** How many subscriptions we held when it began: what the list is expected to name. */
    expected: integer(),
    listed: integer().notNull().default(0),
    added: integer().notNull().default(0),
    repaired: integer().notNull().default(0),
    /** Shown to staff, because nothing can repair it. */
    raised: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    /** Open operations that had lost their job and got a new one. */
    revived: integer().notNull().default(0),
    error: text(),
  },
  (table) => [
    /** At most one run at a time. */
    uniqueIndex("reconcile_runs_one_open")
      .on(sql`(1)`)
      .where(sql`${table.finishedAt} is null`),
  ],
);

/** Between our record and Microsoft's, with what was done about it. Append-only, no foreign keys. */
export const differences = pgTable(
  "differences",
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    at: instant().notNull(),
    /** Null: staff asked for this subscription alone. */
    runId: uuid(),
    /** Null: rows of Microsoft's list without an id. */
    subscriptionId: text(),
    kind: text({ enum: differenceKinds }).notNull(),
    /** The facts that differ, as we held them and as Microsoft has them; null where a side has none. */
    held: jsonb().$type<Record<string, unknown>>(),
    truth: jsonb().$type<Record<string, unknown>>(),
    /** How it came about, as a sentence; null when it cannot be told. */
    cause: text(),
    done: text({ enum: differenceDeeds }).notNull(),
    error: text(),
  },
  (table) => [
    check("differences_error_of_failure", sql`(${table.done} = 'failed') = (${table.error} is not null)`),
    /** Those of a subscription, and whether one was told before. */
    index("differences_subscription").on(table.subscriptionId, table.id),
    /** The list filtered by kind; that of all follows the key. */
    index("differences_kind").on(table.kind, table.id),
    /** What needs someone: subscriptions that Microsoft does not know. */
    index("differences_missing")
      .on(table.at)
      .where(sql`${table.done} = 'raised' and ${table.kind} = 'missing'`),
  ],
);

/**
 * When Microsoft's list last named a subscription. A narrow table of its own: a comparison touches each row of it, and in
 * `subscriptions` that would rewrite the wide rows of all every ten minutes.
 */
export const subscriptionListings = pgTable("subscription_listings", {
  subscriptionId: text().primaryKey(),
  runId: uuid(),
  /** When it was named and found equal, or made so. */
  listedAt: instant(),
  /** When it was last asked for alone because the list had left it out. */
  askedAt: instant(),
});

/** What staff put off until a time, with the reason. An item is its kind and what it is about; see `needs`. */
export const snoozes = pgTable(
  "snoozes",
  {
    kind: text({ enum: needKinds }).notNull(),
    /** Of the subscription, operation or difference. */
    subjectId: text().notNull(),
    /** As it was when it was put off: with another deadline it is another item. */
    deadline: instant(),
    until: instant().notNull(),
    reason: text().notNull(),
    actorId: text().notNull(),
    actorName: text().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.subjectId] }),
    check("snoozes_reason", sql`${table.reason} <> ''`),
    check("snoozes_until_later", sql`${table.until} > ${table.createdAt}`),
    /** Removing those that are over. */
    index("snoozes_until").on(table.until),
  ],
);

/** Who may work at the desk, as last seen at sign-in. Keyed by tenant and object id: names and e-mails change. */
export const staff = pgTable(
  "staff",
  {
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole().notNull(),
    disabledAt: instant(),
    /** Who shut them out, and why. Both or none. */
    disabledBy: text(),
    disabledReason: text(),
    firstSeenAt: instant().notNull(),
    lastSignInAt: instant().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.objectId] }),
    check(
      "staff_disabled_whole",
      sql`num_nonnulls(${table.disabledBy}, ${table.disabledReason}) in (0, case when ${table.disabledAt} is null then 0 else 2 end)`,
    ),
  ],
);

/** A sign-in of staff or of a purchaser. */
export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256, as hex, of the random id that the cookie holds. */
    id: text().primaryKey(),
    kind: sessionKind().notNull(),
    tenantId: text().notNull(),
    objectId: text().notNull(),
    name: text().notNull(),
    email: text(),
    role: staffRole(),
    data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    check("sessions_role_of_staff", sql`(${table.kind} = 'staff') = (${table.role} is not null)`),
    /** Sign-ins of a person, and the sweep of expired ones. */
    index("sessions_person").on(table.tenantId, table.objectId),
    index("sessions_expiry").on(table.expiresAt),
  ],
);
