/** What the dashboard's procedures return. Instants are ISO 8601 text in UTC. */
import type { ChangeRule, RuleScope } from "./change-rules.ts";
import type {
  ActorKind,
  DeliveryOutcome,
  DifferenceDeed,
  DifferenceKind,
  NeedKind,
  ReconcilePhase,
  SubscriptionFilters,
} from "./filters.ts";
import type { Access, OperationOutcome, OperationStage, StaffAction, SubscriptionStatus } from "./lifecycle.ts";
import type { Role } from "./roles.ts";

export type Page<Row> = {
  rows: Row[];
  /** Give it back to get the next page; null on the last one. */ nextCursor: string | null;
};

export type MeView = {
  name: string;
  email: string;
  role: Role;
  /** Address of the sandbox's page when Microsoft is our stand-in, else null. */
  sandboxUrl: string | null;
};

export type PartyView = { email: string | null; objectId: string | null; tenantId: string | null };

/** One line of the list. */
export type SubscriptionRow = {
  id: string;
  name: string;
  offerId: string;
  planId: string;
  /** The plan's display name when Microsoft has told it, else its id. */
  planName: string;
  /** Seats; null for a flat-rate plan. */
  quantity: number | null;
  status: SubscriptionStatus;
  /** When it got this status: when the desk first saw it so. */
  statusSince: string;
  isOnHold: boolean;
  access: Access;
  beneficiaryEmail: string | null;
  contactCompany: string | null;
  termEndsAt: string | null;
  autoRenews: boolean | null;
  isFreeTrial: boolean;
  purchasedAt: string | null;
  updatedAt: string;
  /** Operations of this subscription that are not settled. */
  openOperations: number;
  tags: string[];
  /** The member of staff who looks after it. */
  ownerName: string | null;
  /** A day as `2027-03-14`. */
  followUpOn: string | null;
};

/** What staff may do now and, for what they may not, why. */
export type ActionView = {
  action: StaffAction;
  isPossible: boolean;
  /** A sentence; null when possible. */ whyNot: string | null;
};

export type ActorView = { kind: ActorKind; name: string };

export type OperationView = {
  /** Ours. */
  id: string;
  /** Microsoft's, once known. */
  marketplaceId: string | null;
  subscriptionId: string;
  subscriptionName: string;
  action: string;
  source: "Azure" | "Partner";
  stage: OperationStage;
  /** Microsoft's word for it, as last read. */
  status: string | null;
  outcome: OperationOutcome | null;
  /** The plan or seats asked for; null where the action has none. */
  planId: string | null;
  quantity: number | null;
  decision: "accept" | "reject" | null;
  decisionReason: string | null;
  /** The change rule that decided; version 0: none was set. Null: no rule was asked. */
  decisionRuleVersion: number | null;
  /** When Microsoft stops waiting for our answer; null where none is due. */
  answerDueAt: string | null;
  acknowledgedAt: string | null;
  actor: ActorView;
  reason: string | null;
  /** How often it was tried, and the last trouble in words. */
  attempts: number;
  lastError: string | null;
  /** The job gave up; staff can retry. */
  isStuck: boolean;
  createdAt: string;
  updatedAt: string;
  settledAt: string | null;
};

export type SubscriptionView = SubscriptionRow & {
  publisherId: string | null;
  beneficiary: PartyView;
  purchaser: PartyView;
  /** Whether a reseller bought it for the beneficiary. */
  isReseller: boolean;
  termUnit: string | null;
  termStartsAt: string | null;
  allowedCustomerOperations: string[];
  isTest: boolean;
  hold: { reason: string; byName: string; at: string } | null;
  contact: { name: string; email: string; company: string; phone: string } | null;
  /** Whether its owner is who asks. */
  isMine: boolean;
  /** How we first heard of it. */
  firstSeenBy: "landing" | "webhook" | "reconcile";
  createdAt: string;
  /** When Microsoft was last asked about it. */
  syncedAt: string | null;
  /** Why access is what it is, and who can change that: one sentence. */
  accessReason: string;
  actions: ActionView[];
  operations: OperationView[];
  /** Microsoft's last answer to Get Subscription, as it came. */
  raw: unknown;
};

export type PlanView = {
  planId: string;
  name: string;
  description: string | null;
  isPricePerSeat: boolean;
  minQuantity: number | null;
  maxQuantity: number | null;
  isPrivate: boolean;
  /** The plan the subscription has now. */
  isCurrent: boolean;
  /** For instance "20 USD per seat a month"; null when Microsoft did not say. */
  price: string | null;
};

export type FacetsView = {
  offers: { offerId: string; plans: { planId: string; name: string }[] }[];
  tags: string[];
  /** Staff who look after subscriptions. */
  owners: { id: string; name: string }[];
};

/** Filters of the list of subscriptions under a name. */
export type SavedViewView = {
  id: string;
  name: string;
  filters: Omit<SubscriptionFilters, "cursor">;
  ownerName: string;
  /** Whether its owner is who asks. */
  isMine: boolean;
  isShared: boolean;
};

/** A subscription that the search found. */
export type FoundSubscription = {
  id: string;
  name: string;
  planName: string;
  status: SubscriptionStatus;
  isOnHold: boolean;
  customer: string | null;
  /** Where the text was found, for instance "the beneficiary's tenant"; null: in its name. */
  matched: string | null;
};

export type FoundOperation = {
  id: string;
  action: string;
  planId: string | null;
  quantity: number | null;
  subscriptionName: string;
  outcome: OperationOutcome | null;
  createdAt: string;
  matched: string;
};

export type FoundDelivery = {
  id: string;
  action: string | null;
  subscriptionName: string | null;
  receivedAt: string;
  matched: string;
};

export type FoundPlan = { offerId: string; planId: string; name: string };

/** What the search found, at most eight of each kind, the best first. */
export type FindView = {
  subscriptions: FoundSubscription[];
  operations: FoundOperation[];
  deliveries: FoundDelivery[];
  plans: FoundPlan[];
  /** The one thing that the text names exactly. */
  exact: { kind: "subscription" | "operation" | "delivery"; id: string } | null;
};

/** Subscriptions by status, and how many the publisher holds. */
export type CountsView = { byStatus: Record<SubscriptionStatus, number>; onHold: number; total: number };

export type ActivityView = {
  id: string;
  at: string;
  subscriptionId: string | null;
  subscriptionName: string | null;
  operationId: string | null;
  deliveryId: string | null;
  actor: ActorView;
  /** What happened, as `noun.verb`, for instance `subscription.plan_changed`. */
  kind: string;
  /** The same in plain words. */
  summary: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  /** What staff wrote; null where the entry is no note. */
  note: string | null;
};

export type DeliveryRow = {
  id: string;
  receivedAt: string;
  outcome: DeliveryOutcome;
  action: string | null;
  subscriptionId: string | null;
  subscriptionName: string | null;
  /** Microsoft's operation id as the body gave it. */
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

/** One call of ours to Microsoft. */
export type StepCall = {
  method: string;
  path: string;
  /** null: no answer. */
  status: number | null;
  requestId: string;
  correlationId: string;
  attempt: number;
  at: string;
  durationMs: number;
};

/** One step that was taken with an operation. */
export type StepView = {
  id: string;
  startedAt: string;
  endedAt: string;
  step: string;
  stage: OperationStage;
  note: string | null;
  calls: StepCall[];
};

/** Everything that happened with an operation, from the first delivery to what open pages were told. */
export type TraceView = {
  operation: OperationView;
  deliveries: DeliveryRow[];
  /** When a job was made for it. */
  enqueuedAt: string | null;
  steps: StepView[];
  activity: ActivityView[];
};

/** What a replay would do now, or did. */
export type ReplayView = {
  /** Sentences such as "Seats changed from 5 to 8"; empty when the record equals Microsoft's. */
  changes: string[];
  /** Microsoft's word for the operation now; null when it does not know it. */
  status: string | null;
};

export type RejectedCallView = { at: string; status: number; reason: string; count: number };

export type ReconcileRunView = {
  id: string;
  trigger: "schedule" | "staff";
  startedByName: string | null;
  startedAt: string;
  finishedAt: string | null;
  phase: ReconcilePhase;
  /** How many subscriptions we held when it began; null: it has not begun to read yet. */
  expected: number | null;
  /** Subscriptions read, added, repaired, raised to staff and failed so far. */
  listed: number;
  added: number;
  repaired: number;
  raised: number;
  failed: number;
  /** Open operations that had lost their job and got a new one. */
  revived: number;
  /** How often Microsoft's list had to be read from its start again. */
  restarts: number;
  /** Why it does not get on, or why it ended; null when all is well. */
  error: string | null;
};

export type ReconcileStatusView = {
  running: ReconcileRunView | null;
  /** The last one that ended. */
  last: ReconcileRunView | null;
  /** When the schedule starts the next one. */
  nextAt: string;
};

/** One difference between our record and Microsoft's. */
export type DifferenceView = {
  id: string;
  at: string;
  /** Null: staff asked for this subscription alone. */
  runId: string | null;
  /** Null: rows of Microsoft's list without an id. */
  subscriptionId: string | null;
  subscriptionName: string | null;
  kind: DifferenceKind;
  /** The facts that differ, as we held them and as Microsoft has them; null where a side has none. */
  held: Record<string, unknown> | null;
  truth: Record<string, unknown> | null;
  /** How it came about; null when it cannot be told. */
  cause: string | null;
  done: DifferenceDeed;
  error: string | null;
};

/** One version of the rule of a scope. */
export type ChangeRuleView = ChangeRule & { reason: string; at: string; actor: ActorView };

export type RulePlanView = {
  planId: string;
  name: string;
  /** Null: Microsoft has not told. */
  isPricePerSeat: boolean | null;
};

/** What may be ruled: every offer, one offer, or one plan of it. */
export type RuleScopeView = RuleScope & {
  /** The plan's name when Microsoft has told it, else its id; null where the scope is no plan. */
  planName: string | null;
  /** The latest version of this very scope; null: it never had one. */
  own: ChangeRuleView | null;
  /** What decides here now; null: every change is accepted. */
  inForce: ChangeRuleView | null;
};

export type ChangeRulesView = {
  /** Every offer, then each offer followed by its plans. */
  scopes: RuleScopeView[];
  plans: Record<string, RulePlanView[]>;
};

/** A change that a customer asked for, and why the rule would have refused it. */
export type RefusedChangeView = {
  operationId: string;
  subscriptionId: string;
  subscriptionName: string;
  at: string;
  action: string;
  /** What the subscription had, and what was asked for. */
  heldPlanId: string;
  heldQuantity: number | null;
  planId: string | null;
  quantity: number | null;
  why: string;
};

/** What a rule would have done to the changes of the last days that it would have decided. */
export type RulePreviewView = {
  days: number;
  changes: number;
  refused: number;
  /** How many of them the rules in force now would have refused. */
  refusedNow: number;
  /** The latest of those that the rule would have refused, at most 20. */
  examples: RefusedChangeView[];
};

/** What helps: trying an operation again or activating, at once; else the page where one can act. */
export type NextAction = "retry" | "activate" | "operation" | "subscription";

/** Something that waits for someone. Kind and id together name it. */
export type NeedView = {
  kind: NeedKind;
  /** Of the subscription, operation or difference that it is about. */
  id: string;
  subscriptionId: string;
  subscriptionName: string;
  ownerName: string | null;
  operationId: string | null;
  /** In a few words, and the rule behind it. */
  what: string;
  rule: string;
  /** When something is lost; null: at no known time. */
  deadline: string | null;
  /** The deadline is the latest possible one. */
  isLatest: boolean;
  /** From the begin to the loss. */
  windowMs: number | null;
  next: NextAction;
  /** Until when it may be put off at most; null: not at all. */
  snoozableUntil: string | null;
  snooze: { until: string; reason: string; byName: string; at: string } | null;
};

export type NeedsView = {
  /** The first to be lost first. */
  needs: NeedView[];
  /** There are more of some kind. */
  isCut: boolean;
  /** How many are snoozed. */
  snoozed: number;
};

/** For the navigation. */
export type NeedCountsView = {
  count: number;
  /** How many are within a tenth of their window. */
  urgent: number;
  openOperations: number;
};

/** One thing that was looked at, and what helps where it is not right. */
export type ConnectionLineView = {
  name: string;
  state: "ok" | "warning" | "wrong";
  /** What was found, in words, or an id or address as it is. */
  value: string;
  /** `value` is to be copied. */
  isId?: boolean;
  note?: string;
  /** The instant that the value or note is about. */
  at?: string | null;
  /** What to do, as a sentence; null: nothing. */
  remedy: string | null;
};

export type ConnectionGroupView = { title: string; lines: ConnectionLineView[] };

export type ConnectionView = { checkedAt: string; groups: ConnectionGroupView[] };

/** Someone who has signed in as staff. */
export type StaffView = {
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  /** As Entra gave it at the last sign-in. */
  role: Role;
  firstSeenAt: string;
  lastSignInAt: string;
  /** Shut out of the desk; the name and reason are null where they were not kept. */
  disabled: { at: string; byName: string | null; reason: string | null } | null;
  /** Whoever asks. */
  isYou: boolean;
};

/** A change announced to open pages. */
export type ChangeView = {
  topic: "view" | "rule" | "subscription" | "operation" | "delivery" | "reconcile" | "need" | "staff";
  subscriptionId: string | null;
};
