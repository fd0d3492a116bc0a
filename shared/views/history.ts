import type { ActivitySource } from "../actors.ts";
import type { DeliveryOutcome } from "../filters.ts";
import type { OperationOutcome, OperationStage } from "../lifecycle.ts";
import type { Page } from "./page.ts";
import type { ActorView } from "./staff.ts";

/** The names of plans and offers, or else ids, by id. */
export type IdNames = { plans: Record<string, string>; offers: Record<string, string> };

export type ActivityView = {
  id: string;
  at: string;
  subscriptionId: string | null;
  subscriptionName: string | null;
  /** The customer that the entry is about; null if it is about a subscription or something else. */
  customerId: string | null;
  operationId: string | null;
  deliveryId: string | null;
  actor: ActorView;
  /** The kind as `noun.verb`, such as `subscription.plan_changed`. */
  kind: string;
  /** The same in plain words. */
  summary: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** Of the plans and offers in `before` and `after`. */
  names: IdNames;
  reason: string | null;
  /** The name of the reason code; null without a code. */
  reasonCode: string | null;
  source: ActivitySource;
  /** The bulk action that made the change. */
  bulkRunId: string | null;
  /** The note's text; null for other entries. */
  note: string | null;
};

/** The operation that audit entries belong to: its origin and the evidence. */
export type CauseView = {
  operationId: string;
  action: string;
  /** The requested plan's name, or else its id. */
  planName: string | null;
  quantity: number | null;
  source: "Azure" | "Partner";
  outcome: OperationOutcome | null;
  actor: ActorView;
  createdAt: string;
  /** Microsoft's deliveries for it, the first at the top. */
  deliveries: { id: string; receivedAt: string; outcome: DeliveryOutcome }[];
  /** The number of calls to Microsoft. */
  calls: number;
};

/** What a timeline shows of a note next to its latest text. */
export type NoteView = {
  /** The id of its latest version. */
  version: string;
  /** The caller wrote it, and can edit it. */
  isOwn: boolean;
  /** Null: never. */
  editedAt: string | null;
  /** The former texts, the latest first. */
  earlier: { at: string; text: string }[];
  /** the colleagues that it mentions. */
  mentions: { name: string; isRead: boolean }[];
};

export type TimelineView = Page<ActivityView> & {
  causes: CauseView[];
  /** By the id of the entry; entries have the latest text. */
  notes: Record<string, NoteView>;
};

export type DeliveryRow = {
  id: string;
  receivedAt: string;
  outcome: DeliveryOutcome;
  action: string | null;
  subscriptionId: string | null;
  subscriptionName: string | null;
  /** Microsoft's operation id from the body. */
  marketplaceId: string | null;
  operationId: string | null;
  operationStage: OperationStage | null;
  operationOutcome: OperationOutcome | null;
  bytes: number;
};

export type DeliveryView = DeliveryRow & {
  /** The body as text; bytes that are not UTF-8 are replaced. */
  body: string;
  bodySha256: string;
  headers: Record<string, string>;
};

export type RejectedCallView = { at: string; status: number; reason: string; count: number };

/** A change announced to open pages. */
export type ChangeView = {
  topic:
    | "view"
    | "offer"
    | "rule"
    | "setting"
    | "policy"
    | "policy_change"
    | "key"
    | "endpoint"
    | "notification"
    | "message"
    | "subscription"
    | "usage"
    | "customer"
    | "operation"
    | "delivery"
    | "reconcile"
    | "need"
    | "staff"
    | "bulk";
  subscriptionId: string | null;
};
