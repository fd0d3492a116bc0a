/** Bulk actions: kinds, selection and progress. */
import { z } from "zod";
import { maxNamedRows } from "./bulk-limits.ts";
import { purchaserMailKinds } from "./notifications.ts";
import { ownerMe, subscriptionFilters } from "./filters.ts";
import { assignOwnerInput, changeTagsInput, followUpInput, quantityInput } from "./inputs/subscriptions.ts";
import { isReasoned, oneReason, reasoned, planIdInput } from "./inputs/parts.ts";

const one = { subscriptionId: true } as const;

/** The same inputs as for one subscription, without its id. */
export const bulkActionInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("refresh") }),
  assignOwnerInput.omit(one).extend({ kind: z.literal("assignOwner") }),
  changeTagsInput.omit(one).extend({ kind: z.literal("changeTags") }),
  followUpInput.omit(one).extend({ kind: z.literal("setFollowUp") }),
  z.strictObject({ kind: z.literal("write"), template: z.enum(purchaserMailKinds, "Choose a template.") }),
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
      .min(1, "Select at least one subscription.")
      .max(maxNamedRows, "Too many subscriptions are selected individually. Select them with filters instead."),
  }),
  z.strictObject({ filters: subscriptionFilters.omit({ cursor: true, sort: true, order: true }) }),
]);
export type BulkTarget = z.infer<typeof bulkTargetInput>;

export const planBulkInput = z.strictObject({ action: bulkActionInput, target: bulkTargetInput });

const runId = z.uuid("The ID of the bulk action is missing.");
/** To start a run, and to retry it. */
export const startBulkInput = z.strictObject({
  id: runId,
  /** The text of `confirmationFor`, typed by the person; only for cancellations, also to retry them. */
  confirmation: z.string().trim().max(200).optional(),
});
export const bulkRunInput = z.strictObject({ id: runId });

/** The text to type before subscriptions are canceled. */
export function confirmationFor(count: number): string {
  return count === 1 ? "cancel 1 subscription" : `cancel ${count} subscriptions`;
}

/**
 * `planned`: the dry run is complete and nothing was changed. `stopped`: by a person, or because its owner may no
 * longer act.
 */
export const bulkStates = ["planned", "running", "stopped", "finished"] as const;
export type BulkState = (typeof bulkStates)[number];

/** `ready`: possible, not done yet. `refused`: not possible, with the reason. */
export const bulkRowStates = ["ready", "refused", "done", "failed"] as const;
export type BulkRowState = (typeof bulkRowStates)[number];

export const bulkRunFilters = z.strictObject({
  /** The caller's own runs. */
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
