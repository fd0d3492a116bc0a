import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { activationWaits } from "../../../shared/activation-policies.ts";
import type { Answer } from "../../../shared/questions.ts";
import { subscriptionStatuses } from "../../../shared/lifecycle.ts";
import { actorKind, day, dayInUtc, instant } from "./column-types.ts";

export const subscriptionStatus = pgEnum("subscription_status", subscriptionStatuses);

export const firstSeenBy = pgEnum("first_seen_by", ["landing", "webhook", "reconcile"]);

/** A subscription's email addresses and their domains, as lexemes. The function is in `drizzle/0000_schema.sql`. */
export const subscriptionEmails = sql`emails_of_subscription(beneficiary_email, purchaser_email, contact_email)`;

/** The customer of a subscription: its key in `customers`. The function is in `drizzle/0000_schema.sql`. */
export const subscriptionCustomer = sql`customer_of_subscription(beneficiary_tenant_id, beneficiary_object_id, purchaser_tenant_id, purchaser_object_id, id)`;

/** A purchase without a customer. The function is in `drizzle/0000_schema.sql` and used by the metrics' triggers. */
export const isTestPurchase = sql`is_test_purchase(is_test, sandbox_type, session_mode, offer_id)`;

/** Texts with letters beyond ASCII or apostrophes differ from their normalized form. */
export const differsWhenNormalized = (searchText: AnyPgColumn) =>
  sql`(octet_length(${searchText}) <> char_length(${searchText}) or strpos(${searchText}, chr(39)) > 0)`;

/** Our copy of a subscription, kept in sync with Microsoft, with the publisher's hold and contact. */
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
    /** Since when it has this status, as first seen by Marketdesk. */
    statusSince: instant().notNull(),
    /** Microsoft's status if it is unknown; `status` keeps the last known one. */
    unrecognisedStatus: text(),
    beneficiaryEmail: text(),
    beneficiaryObjectId: text(),
    beneficiaryTenantId: text(),
    purchaserEmail: text(),
    purchaserObjectId: text(),
    purchaserTenantId: text(),
    termUnit: text(),
    termStartsOn: dayInUtc("term_starts_at"),
    termEndsOn: dayInUtc("term_ends_at"),
    autoRenews: boolean(),
    isFreeTrial: boolean().notNull().default(false),
    isTest: boolean().notNull().default(false),
    /** Microsoft's marks of a test purchase; `None` or absent for a customer's. */
    sandboxType: text(),
    sessionMode: text(),
    allowedCustomerOperations: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    purchasedAt: instant(),
    /** When it was seen to become active; null if never, or if it was active when first seen. */
    activatedAt: instant(),
    /** The publisher's hold. All three or none. */
    holdReason: text(),
    holdBy: text(),
    holdAt: instant(),
    holdReasonCode: text(),
    /** The contact from the landing page. All four or none. */
    contactName: text(),
    contactEmail: text(),
    contactCompany: text(),
    contactPhone: text(),
    /** Answers to the questions of the landing page; null: none given, or erased. */
    answers: jsonb().$type<Answer[]>(),
    /** The requested activation, and what it waits for; null: nothing. Both or none. */
    activationAskedAt: instant(),
    activationWaitsFor: text({ enum: activationWaits }),
    /** A person was erased after the cancellation: Microsoft's personal data is not stored again. */
    personErasedAt: instant(),
    firstSeenBy: firstSeenBy().notNull(),
    /** What staff add; not a change of the subscription itself, so `version` and `updatedAt` stay. */
    tags: text()
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** The staff member who owns it. Both or none. */
    ownerId: text(),
    ownerName: text(),
    /** The follow-up. */
    followUpOn: day(),
    /** Increases with each change of Microsoft's facts; an older response is not applied. */
    version: integer().notNull().default(1),
    /**
     * Increases with each change by staff or the purchaser. Separate from `version`, so that they cannot delay
     * Microsoft's.
     */
    ownVersion: integer().notNull().default(0),
    /** After lost races, only this reader writes Microsoft's facts until then (decision 0017). Both or none. */
    truthReaderId: uuid(),
    truthReaderUntil: instant(),
    /** When it was last synced with Microsoft. */
    syncedAt: instant().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    /** Microsoft's last response to Get Subscription, unmodified. */
    raw: jsonb(),
    /** All text that staff may search for. */
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
    check(
      "subscriptions_activation_asked_whole",
      sql`num_nonnulls(${table.activationAskedAt}, ${table.activationWaitsFor}) in (0, 2) and ${table.activationWaitsFor} in ('staff', 'product')`,
    ),
    check("subscriptions_owner_whole", sql`num_nonnulls(${table.ownerId}, ${table.ownerName}) in (0, 2)`),
    check(
      "subscriptions_tags",
      sql`cardinality(${table.tags}) <= 20 and array_position(${table.tags}, null) is null and array_position(${table.tags}, '') is null`,
    ),
    check("subscriptions_version_positive", sql`${table.version} > 0`),
    /** Search: fragments of any text or id. */
    index("subscriptions_search").using("gin", table.searchText.op("gin_trgm_ops")),
    /** The same for the few texts that must be normalized first. The function is in `drizzle/0000_schema.sql`. */
    index("subscriptions_search_folded")
      .using("gin", sql`fold_search(search_text) gin_trgm_ops`)
      .where(differsWhenNormalized(table.searchText)),
    /** Search: the beginning of an email address or domain, whose fragments are too common for the index above. */
    index("subscriptions_emails").using("gin", subscriptionEmails),
    /** The list in each sort order; the id makes the order total for keyset pages. */
    index("subscriptions_updated").on(table.updatedAt, table.id),
    index("subscriptions_by_name").on(sql`${table.name} collate "und-x-icu"`, table.id),
    /** For the previous version, which may run during an upgrade: a later one drops it. */
    index("subscriptions_name").on(table.name, table.id),
    index("subscriptions_purchased").on(sql`coalesce(purchased_at, '-infinity')`, table.id),
    index("subscriptions_term_end").on(sql`coalesce(term_ends_at, 'infinity')`, table.id),
    index("subscriptions_quantity").on(sql`coalesce(quantity, 0)`, table.id),
    /** The list filtered by status, newest change first. */
    index("subscriptions_status_updated").on(table.status, table.updatedAt, table.id),
    /** The list filtered by offer and plan, newest change first. */
    index("subscriptions_plan_updated").on(table.offerId, table.planId, table.updatedAt, table.id),
    /** The same for subscriptions of a plan that are not Subscribed, which are rare. */
    index("subscriptions_plan_status")
      .on(table.offerId, table.planId, table.status, table.updatedAt, table.id)
      .where(sql`${table.status} <> 'Subscribed'`),
    /** Pending and suspended subscriptions, by name; the second one for the previous version. */
    index("subscriptions_few_sorted_by_name")
      .on(table.status, sql`${table.name} collate "und-x-icu"`, table.id)
      .where(sql`${table.status} in ('PendingFulfillmentStart', 'Suspended')`),
    index("subscriptions_few_by_name")
      .on(table.status, table.name, table.id)
      .where(sql`${table.status} in ('PendingFulfillmentStart', 'Suspended')`),
    /** Subscriptions on hold. */
    index("subscriptions_held")
      .on(table.updatedAt, table.id)
      .where(sql`${table.holdAt} is not null`),
    /** Needs, the earliest deadline first: purchases without activation. */
    index("subscriptions_pending")
      .on(sql`coalesce(purchased_at, created_at)`, table.id)
      .where(sql`${table.status} = 'PendingFulfillmentStart'`),
    /** Needs: purchases that wait for staff or the product. */
    index("subscriptions_asked")
      .on(sql`coalesce(purchased_at, created_at)`, table.id)
      .where(sql`${table.status} = 'PendingFulfillmentStart' and ${table.activationWaitsFor} is not null`),
    /** Needs: suspended subscriptions. */
    index("subscriptions_suspended")
      .on(table.statusSince, table.id)
      .where(sql`${table.status} = 'Suspended'`),
    /** Needs: terms that end without renewal. */
    index("subscriptions_not_renewing")
      .on(table.termEndsOn, table.id)
      .where(sql`${table.status} = 'Subscribed' and not ${table.autoRenews} and not ${table.isFreeTrial}`),
    /** Needs of one owner: pending and suspended subscriptions, terms and trials that end. */
    index("subscriptions_at_risk_of_owner")
      .on(table.ownerId, table.status, table.termEndsOn, table.id)
      .where(
        sql`${table.ownerId} is not null and (${table.status} in ('PendingFulfillmentStart', 'Suspended') or (${table.status} = 'Subscribed' and (not ${table.autoRenews} or ${table.isFreeTrial})))`,
      ),
    /** Needs: trials. */
    index("subscriptions_trials")
      .on(table.termEndsOn, table.id)
      .where(sql`${table.status} = 'Subscribed' and ${table.isFreeTrial}`),
    /** Needs: subscriptions with an unknown status. */
    index("subscriptions_unrecognised")
      .on(table.updatedAt, table.id)
      .where(sql`${table.unrecognisedStatus} is not null`),
    /** Subscriptions that became active, and that ended, in a time span. */
    index("subscriptions_activated")
      .on(table.activatedAt)
      .where(sql`${table.activatedAt} is not null`),
    index("subscriptions_ended")
      .on(table.statusSince, table.id)
      .where(sql`${table.status} = 'Unsubscribed'`),
    /** Subscriptions first seen since an instant. */
    index("subscriptions_created").on(table.createdAt),
    /** The list filtered by a rare value, newest change first; a common one is found quickly in list order. */
    index("subscriptions_listed_trials")
      .on(table.updatedAt, table.id)
      .where(sql`${table.isFreeTrial}`),
    index("subscriptions_listed_tests").on(table.updatedAt, table.id).where(isTestPurchase),
    index("subscriptions_listed_resold")
      .on(table.updatedAt, table.id)
      .where(sql`${table.purchaserTenantId} <> ${table.beneficiaryTenantId}`),
    index("subscriptions_listed_ending")
      .on(table.updatedAt, table.id)
      .where(sql`not ${table.autoRenews}`),
    index("subscriptions_listed_unknown_renewal")
      .on(table.updatedAt, table.id)
      .where(sql`${table.autoRenews} is null`),
    index("subscriptions_listed_never_active")
      .on(table.updatedAt, table.id)
      .where(sql`not (${table.status} in ('Subscribed', 'Suspended') or ${table.activatedAt} is not null)`),
    index("subscriptions_listed_tagged")
      .on(table.updatedAt, table.id)
      .where(sql`cardinality(${table.tags}) > 0`),
    index("subscriptions_tags").using("gin", table.tags),
    index("subscriptions_owner")
      .on(table.ownerId, table.updatedAt, table.id)
      .where(sql`${table.ownerId} is not null`),
    /** The list filtered by tenant, and the product's look-up of a tenant or of a person in it. */
    index("subscriptions_beneficiary").on(table.beneficiaryTenantId, table.beneficiaryObjectId),
    index("subscriptions_purchaser").on(table.purchaserTenantId, table.purchaserObjectId),
    /** The subscriptions of a customer. */
    index("subscriptions_customer").on(subscriptionCustomer),
    index("subscriptions_follow_up")
      .on(table.followUpOn, table.id)
      .where(sql`${table.followUpOn} is not null`),
  ],
);

/**
 * The number of subscriptions of each kind, and their seats: the sums of these rows. Triggers append the change of
 * each statement in its transaction, so that parallel changes do not contend for one row; a job rolls up the rows
 * of each kind (`subscription-counts.ts`).
 */
export const subscriptionCounts = pgTable("subscription_counts", {
  offerId: text().notNull(),
  planId: text().notNull(),
  status: subscriptionStatus().notNull(),
  isOnHold: boolean().notNull(),
  isFreeTrial: boolean().notNull(),
  /** What to add; may be negative. */
  subscriptions: bigint({ mode: "number" }).notNull(),
  seats: bigint({ mode: "number" }).notNull(),
});

/** All tags ever given, so that the choices need not be collected from all subscriptions. */
export const tags = pgTable("tags", { name: text().primaryKey(), firstGivenAt: instant().notNull() });

/** Staff notes about a subscription. Append-only, without foreign keys. The audit entry has the same id. */
export const subscriptionNotes = pgTable(
  "subscription_notes",
  {
    /** Ordered by time; equals the id of its entry in `activity`. */
    id: uuid().primaryKey(),
    subscriptionId: text().notNull(),
    text: text().notNull(),
    actorKind: actorKind().notNull(),
    actorId: text(),
    actorName: text().notNull(),
    at: instant().notNull(),
    /** The note of which this is a later version. */
    edits: uuid(),
  },
  (table) => [
    check("subscription_notes_text", sql`${table.text} <> ''`),
    /** The versions of a note. */
    index("subscription_notes_edits")
      .on(table.edits)
      .where(sql`${table.edits} is not null`),
    /** The audit trail searched by the text of notes. */
    index("subscription_notes_words").using("gin", sql`to_tsvector('simple'::regconfig, text)`),
  ],
);

/**
 * When Microsoft's list last contained a subscription. A narrow table, because reconciliation updates each row: in
 * `subscriptions` that would rewrite all wide rows every ten minutes.
 */
export const subscriptionListings = pgTable("subscription_listings", {
  subscriptionId: text().primaryKey(),
  runId: uuid(),
  /** When it was listed and found or brought in sync. */
  listedAt: instant(),
  /** When it was last looked up because the list omitted it. */
  askedAt: instant(),
});
