/** Automations: when something happens to a subscription, if it matches a filter, then act. Inputs of server and dashboard. */
import { z } from "zod";
import { subscriptionFilters } from "./filters.ts";
import { quantityInput, tag } from "./inputs/subscriptions.ts";
import { reason, typed, planIdInput } from "./inputs/parts.ts";
import { plannedActions } from "./planned-changes.ts";
import type { EventKind } from "./product.ts";

/** Events that can start an automation. */
export const automationEvents = [
  "subscription.first_seen",
  "subscription.activation_asked",
  "subscription.activated",
  "subscription.contact_given",
  "subscription.answers_given",
  "subscription.plan_changed",
  "subscription.quantity_changed",
  "subscription.renewed",
  "subscription.renewal_changed",
  "subscription.trial_ended",
  "subscription.suspended",
  "subscription.reinstated",
  "subscription.held",
  "subscription.hold_lifted",
  "subscription.unsubscribed",
  "usage.threshold_reached",
] as const satisfies readonly EventKind[];

/** `enters`: the subscription begins to match the filters. */
const trigger = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("event"),
    events: z
      .array(z.enum(automationEvents))
      .min(1, "Choose at least one event.")
      .max(automationEvents.length)
      .transform((events) => [...new Set(events)]),
  }),
  z.strictObject({ kind: z.literal("enters") }),
]);
export type AutomationTrigger = z.infer<typeof trigger>;

export const automationFilters = subscriptionFilters.omit({ cursor: true, sort: true, order: true });
export type AutomationFilters = z.infer<typeof automationFilters>;

const maxTagsOfAction = 5;
const tags = z.array(tag).max(maxTagsOfAction, `At most ${maxTagsOfAction} tags.`);
export const maxFollowUpDays = 365;
const wholeDays = (min: number, max: number) =>
  z.int("Enter whole days.").min(min, `At least ${min}.`).max(max, `At most ${max} days.`);

/** A change that staff confirm before it is planned. Never a cancellation. */
const proposal = z
  .strictObject({
    action: z.enum(plannedActions),
    planId: planIdInput.nullable(),
    quantity: quantityInput.nullable(),
    /** Days from the confirmation; null: the day after the term's last one. */
    inDays: wholeDays(1, maxFollowUpDays).nullable(),
  })
  .superRefine(({ action, planId, quantity }, context) => {
    const missing = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (action === "changePlan" && planId === null) missing("planId", "Choose a plan.");
    if (action === "changeQuantity" && quantity === null) missing("quantity", "Enter the number of seats.");
  })
  .transform(({ action, planId, quantity, inDays }) => ({
    action,
    planId: action === "changePlan" ? planId : null,
    quantity: action === "changeQuantity" ? quantity : null,
    inDays,
  }));
export type ProposedChange = z.infer<typeof proposal>;

export const automationAction = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("tags"), add: tags, remove: tags })
    .refine(({ add, remove }) => add.length + remove.length > 0, { path: ["add"], error: "Enter a tag." }),
  /** `tenant:object` of staff; null: no owner. */
  z.strictObject({ kind: z.literal("owner"), owner: z.string().min(1, "Choose an owner.").max(200).nullable() }),
  z.strictObject({ kind: z.literal("followUp"), inDays: wholeDays(0, maxFollowUpDays) }),
  /** `tenant:object` of staff, or the id of a channel. */
  z.strictObject({ kind: z.literal("notify"), to: z.string().min(1, "Choose who is notified.").max(200) }),
  z.strictObject({ kind: z.literal("suspend") }),
  z.strictObject({ kind: z.literal("propose"), change: proposal }),
]);
export type AutomationAction = z.infer<typeof automationAction>;
export type AutomationActionKind = AutomationAction["kind"];

export const maxAutomations = 50;
export const maxActions = 6;
/** Subscriptions that may match the filters of an automation that starts when one begins to match. */
export const maxMatches = 10_000;

const hasFilter = (filters: AutomationFilters) => Object.values(filters).some((value) => value !== undefined);

/** Filters by what is counted some time after the event that changes it. */
const moneyFilters = [
  "currency",
  "monthlyFrom",
  "monthlyTo",
  "money",
  "movement",
  "movedIn",
] as const satisfies readonly (keyof AutomationFilters)[];

export const hasMoneyFilter = (filters: AutomationFilters): boolean =>
  moneyFilters.some((name) => filters[name] !== undefined);

export function withoutMoneyFilters(filters: AutomationFilters): AutomationFilters {
  return Object.fromEntries(
    Object.entries(filters).filter(([name]) => !(moneyFilters as readonly string[]).includes(name)),
  );
}

/** The filters would be compared with the money from before the event. */
export const isComparedTooEarly = ({ trigger, filters }: Pick<AutomationRule, "trigger" | "filters">): boolean =>
  trigger.kind === "event" && hasMoneyFilter(filters);

export const comparedTooEarly =
  "Events cannot be combined with filters on money, because money is counted some time after an event. Under “When”, choose that a subscription begins to match the filters, or remove the filters on money.";

/** As earlier versions of Marketdesk also stored it. */
export const storedAutomationRule = z
  .strictObject({
    trigger,
    filters: automationFilters,
    actions: z
      .array(automationAction)
      .min(1, "Add at least one action.")
      .max(maxActions, `At most ${maxActions} actions.`),
  })
  .refine(({ trigger: { kind }, filters }) => kind === "event" || hasFilter(filters), {
    path: ["filters"],
    error: "Choose at least one filter: without one, all subscriptions match.",
  });
export type AutomationRule = z.infer<typeof storedAutomationRule>;

/** What an automation does, without its name. */
export const automationRule = storedAutomationRule.refine((rule) => !isComparedTooEarly(rule), {
  path: ["filters"],
  error: comparedTooEarly,
});

const name = typed()
  .trim()
  .min(3, "Enter a name of at least 3 characters.")
  .max(60, "Keep the name under 60 characters.");
const id = z.uuid("The ID of the automation is missing.");

export const createAutomationInput = z.strictObject({ name, rule: automationRule, reason });
export type CreateAutomationInput = z.infer<typeof createAutomationInput>;
export const changeAutomationInput = createAutomationInput.extend({
  id,
  /** The version that was read, so that a newer change is not overwritten. */
  seenVersion: z.int().min(1),
});
export type ChangeAutomationInput = z.infer<typeof changeAutomationInput>;
export const automationInput = z.strictObject({ id });
export const removeAutomationInput = z.strictObject({ id, reason });
export const moveAutomationInput = z.strictObject({ id, direction: z.enum(["earlier", "later"]) });
export const previewAutomationInput = z.strictObject({ rule: automationRule });

/** `limited`: it had already acted as often as it may on this day. `dismissed`: staff have seen the problem. */
export const firingStates = ["done", "failed", "limited", "dismissed"] as const;
export type FiringState = (typeof firingStates)[number];
export const firingInput = z.strictObject({ id: z.uuid("The ID of the firing is missing.") });

export const proposalStates = ["open", "confirmed", "declined"] as const;

export const proposalInput = z.strictObject({ id: z.uuid("The ID of the proposal is missing.") });

/** How many past days a preview covers. */
export const automationPreviewDays = 90;
