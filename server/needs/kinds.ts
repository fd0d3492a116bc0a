/** All kinds of needs. To add a kind, add its file in `kinds/` and its line here. */
import { activation } from "./kinds/activation.ts";
import { activationAsked } from "./kinds/activation-asked.ts";
import { activationEnded } from "./kinds/activation-ended.ts";
import { activationFailed } from "./kinds/activation-failed.ts";
import { alarm } from "./kinds/alarm.ts";
import { answer } from "./kinds/answer.ts";
import { apiKeyExpiry } from "./kinds/api-key-expiry.ts";
import { automationFailed } from "./kinds/automation-failed.ts";
import { blockedKey } from "./kinds/blocked-key.ts";
import { blockedOwner } from "./kinds/blocked-owner.ts";
import { blockedViews } from "./kinds/blocked-views.ts";
import { cancelRequest } from "./kinds/cancel-request.ts";
import { changeProposed } from "./kinds/change-proposed.ts";
import { channelFailing } from "./kinds/channel-failing.ts";
import { reconciliation } from "./kinds/reconciliation.ts";
import { destinationRefused } from "./kinds/destination-refused.ts";
import { effectMissing } from "./kinds/effect-missing.ts";
import { endpointPaused } from "./kinds/endpoint-paused.ts";
import { followUp } from "./kinds/follow-up.ts";
import { mention } from "./kinds/mention.ts";
import { messagesFailed } from "./kinds/messages-failed.ts";
import { missing } from "./kinds/missing.ts";
import { policyChange } from "./kinds/policy-change.ts";
import { plannedChange } from "./kinds/planned-change.ts";
import { plannedChangeFailed } from "./kinds/planned-change-failed.ts";
import { onboarding } from "./kinds/onboarding.ts";
import { productDiffers } from "./kinds/product-differs.ts";
import { provisioning } from "./kinds/provisioning.ts";
import { purchaseRefused } from "./kinds/purchase-refused.ts";
import { quarantined } from "./kinds/quarantined.ts";
import { repairFailed } from "./kinds/repair-failed.ts";
import { secret } from "./kinds/secret.ts";
import { reusedId } from "./kinds/reused-id.ts";
import { stuck } from "./kinds/stuck.ts";
import { suspension } from "./kinds/suspension.ts";
import { termEnd } from "./kinds/term-end.ts";
import { trialEnd } from "./kinds/trial-end.ts";
import { unknownAction } from "./kinds/unknown-action.ts";
import { unreadableWebhook } from "./kinds/unreadable-webhook.ts";
import { unrecognised } from "./kinds/unrecognised.ts";
import { unsettled } from "./kinds/unsettled.ts";
import { usageUnusual } from "./kinds/usage-unusual.ts";
import { usageRejected } from "./kinds/usage-rejected.ts";
import { usageDiffers } from "./kinds/usage-differs.ts";
import { usageNotCompared } from "./kinds/usage-not-compared.ts";
import { usageOfFormerPlan } from "./kinds/usage-of-former-plan.ts";
import { usageUnknown } from "./kinds/usage-unknown.ts";
import { usageUnsent } from "./kinds/usage-unsent.ts";
import { wrongAddress } from "./kinds/wrong-address.ts";
import type { NeedKind } from "./need-kind.ts";

/** The keys are stored in snoozes and must not change. */
export const needKinds = {
  alarm,
  purchase_refused: purchaseRefused,
  comparison: reconciliation,
  wrong_address: wrongAddress,
  destination_refused: destinationRefused,
  answer,
  cancel_request: cancelRequest,
  policy_change: policyChange,
  stuck,
  unsettled,
  activation_failed: activationFailed,
  activation_ended: activationEnded,
  planned_change_failed: plannedChangeFailed,
  automation_failed: automationFailed,
  quarantined,
  effect_missing: effectMissing,
  unknown_action: unknownAction,
  reused_id: reusedId,
  unreadable_webhook: unreadableWebhook,
  missing,
  repair_failed: repairFailed,
  unrecognised,
  follow_up: followUp,
  mention,
  planned_change: plannedChange,
  change_proposed: changeProposed,
  activation,
  activation_asked: activationAsked,
  provisioning,
  onboarding,
  blocked_owner: blockedOwner,
  blocked_views: blockedViews,
  blocked_key: blockedKey,
  endpoint_paused: endpointPaused,
  messages_failed: messagesFailed,
  channel_failing: channelFailing,
  usage_unsent: usageUnsent,
  usage_rejected: usageRejected,
  usage_unusual: usageUnusual,
  usage_unknown: usageUnknown,
  usage_of_former_plan: usageOfFormerPlan,
  usage_differs: usageDiffers,
  usage_not_compared: usageNotCompared,
  product_differs: productDiffers,
  suspension,
  term_end: termEnd,
  trial_end: trialEnd,
  secret,
  api_key_expiry: apiKeyExpiry,
} satisfies Record<string, NeedKind>;

export type NeedKindName = keyof typeof needKinds;

export const needKindNames = Object.keys(needKinds) as NeedKindName[];

export function isNeedKind(name: string): name is NeedKindName {
  return Object.hasOwn(needKinds, name);
}

export function needKind(name: NeedKindName): NeedKind {
  return needKinds[name];
}
