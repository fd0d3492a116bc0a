/** Changes of many subscriptions at once: what can be done, to which of them, and how far it has got. */
import { z } from "zod";
import { ownerMe, subscriptionFilters } from "./filters.ts";
import {
  assignOwnerInput,
  changeTagsInput,
  followUpInput,
  isReasoned,
  oneReason,
  planIdInput,
  quantityInput,
  reasoned,
} from "./inputs.ts";

/** Subscriptions of one run: what one page of results can still be answered for. */
export const maxBulkRows = 10_000;
/** Subscriptions that can be named one by one: more than these are chosen by their filters. */
export const maxNamedRows = 5_000;

const one = { subscriptionId: true } as const;

/** The same inputs as for one subscription, without naming it. */
export const bulkActionInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("refresh") }),
  assignOwnerInput.omit(one).extend({ kind: z.literal("assignOwner") }),
  changeTagsInput.omit(one).extend({ kind: z.literal("changeTags") }),
  followUpInput.omit(one).extend({ kind: z.literal("setFollowUp") }),
  z.strictObject({ kind: z.literal("suspend"), ...reasoned }).refine(isReasoned, oneReason),
  z.strictObject({ kind: z.literal("reinstate"), ...reasoned }).refine(isReasoned, oneReason),
  z.strictObject({ kind: z.literal("activate"), ...reasoned }).refine(isReasoned, oneReason),
  z.strictObject({ kind: z.literal("changePlan"), planId: planIdInput, ...reasoned }).refine(isReasoned, oneReason),
  z
    .strictObject({ kind: z.literal("changeQuantity"), quantity: quantityInput, ...reasoned })
    .refine(isReasoned, oneReason),
  z.strictObject({ kind: z.literal("cancel"), ...reasoned }).refine(isReasoned, oneReason),
]);
export type BulkAction = z.infer<typeof bulkActionInput>;
export type BulkKind = BulkAction["kind"];

export const bulkTargetInput = z.union([
  z.strictObject({
    ids: z
      .array(z.string().min(1).max(200))
      .min(1, "Choose at least one subscription.")
      .max(maxNamedRows, "Choose these by their filters: too many are named one by one."),
  }),
  z.strictObject({ filters: subscriptionFilters.omit({ cursor: true, sort: true, order: true }) }),
]);
export type BulkTarget = z.infer<typeof bulkTargetInput>;

export const planBulkInput = z.strictObject({ action: bulkActionInput, target: bulkTargetInput });

const runId = z.uuid("Name the bulk run.");
export const startBulkInput = z.strictObject({
  id: runId,
  /** What `confirmationFor` says, typed by the person; only to cancel subscriptions. */
  confirmation: z.string().trim().max(200).optional(),
});
export const bulkRunInput = z.strictObject({ id: runId });

/** What has to be typed before subscriptions are cancelled. */
export function confirmationFor(count: number): string {
  return count === 1 ? "cancel 1 subscription" : `cancel ${count} subscriptions`;
}

/** `planned`: the dry run is there, nothing was done. `stopped`: by a person, or because whoever started it may no longer. */
export const bulkStates = ["planned", "running", "stopped", "finished"] as const;
export type BulkState = (typeof bulkStates)[number];

/** `ready`: would be done, or will be. `refused`: cannot be done, and why. */
export const bulkRowStates = ["ready", "refused", "done", "failed"] as const;
export type BulkRowState = (typeof bulkRowStates)[number];

export const bulkRunFilters = z.strictObject({
  /** Those that who asks has planned. */
  owner: z.literal(ownerMe).optional(),
  state: z.enum(bulkStates).optional(),
  cursor: z.string().max(400).optional(),
});
export type BulkRunFilters = z.infer<typeof bulkRunFilters>;

export const bulkRowFilters = z.strictObject({
  id: runId,
  state: z.enum(bulkRowStates).optional(),
  cursor: z.string().max(400).optional(),
});
