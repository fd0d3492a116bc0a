/** What GET usageEvents returns: accepted usage by day, as Microsoft has processed it. */
import { findOffer, findPlan } from "../fulfillment/catalog.ts";
import { startOfDay } from "../fulfillment/terms.ts";
import type { AcceptedUsage } from "../model.ts";
import type { World } from "../world.ts";

type Query = Record<string, string>;

const reconStatuses = ["Submitted", "Accepted", "Rejected", "Mismatch"];
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The ID for usage without an Azure subscription: SaaS has none. */
const noAzureSubscription = "00000000-0000-0000-0000-000000000000";

/** The rows, or why the query is refused. Days before today are processed. */
export function dailyUsage(world: World, query: Query): object[] | string {
  const from = Date.parse(query["usageStartDate"] ?? "");
  if (Number.isNaN(from)) return "The usageStartDate is required.";
  // Only this parameter begins with a capital letter.
  const to = query["UsageEndDate"] === undefined ? world.now() : Date.parse(query["UsageEndDate"]);
  if (Number.isNaN(to)) return "The UsageEndDate is not valid.";
  const { offerId, planId, dimension, azureSubscriptionId, reconStatus } = query;
  if (reconStatus !== undefined && !reconStatuses.includes(reconStatus)) return "The reconStatus is not valid.";
  if (azureSubscriptionId !== undefined && !uuid.test(azureSubscriptionId))
    return "The azureSubscriptionId is not valid.";
  const groups = new Map<string, AcceptedUsage[]>();
  for (const accepted of world.state.usage.accepted.values()) {
    const day = startOfDay(accepted.hour);
    if (day < startOfDay(from) || day > startOfDay(to)) continue;
    const key = JSON.stringify([day, accepted.resourceId, accepted.dimension, accepted.planId, accepted.recon ?? null]);
    const group = groups.get(key);
    if (group) group.push(accepted);
    else groups.set(key, [accepted]);
  }
  const rows = [...groups.values()].flatMap((group) => rowOf(world, group));
  return rows.filter(
    (row) =>
      isAsked(offerId, row.offerId) &&
      isAsked(planId, row.planId) &&
      isAsked(dimension, row.dimension) &&
      isAsked(azureSubscriptionId, row.azureSubscriptionId) &&
      isAsked(reconStatus, row.reconStatus),
  );
}

function isAsked(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value;
}

function rowOf(world: World, group: AcceptedUsage[]) {
  const [first] = group;
  const subscription = first && world.state.subscriptions.get(first.resourceId);
  if (!first || !subscription) return [];
  const day = startOfDay(first.hour);
  const isProcessed = day < startOfDay(world.now());
  const submitted = sum(group.map(({ quantity }) => quantity));
  const reconStatus = isProcessed ? (first.recon ?? "Accepted") : "Submitted";
  return [
    {
      usageDate: `${new Date(day).toISOString().slice(0, 19)}Z`,
      usageResourceId: first.resourceId,
      dimension: first.dimension,
      planId: first.planId,
      planName: findPlan(subscription.offerId, first.planId)?.name ?? "",
      offerId: subscription.offerId,
      offerName: findOffer(subscription.offerId)?.name ?? "",
      offerType: "SaaS",
      azureSubscriptionId: noAzureSubscription,
      reconStatus,
      submittedQuantity: submitted,
      processedQuantity: reconStatus === "Accepted" ? submitted : 0,
      submittedCount: group.length,
    },
  ];
}

/** The sum of amounts with two decimals. */
function sum(quantities: number[]): number {
  return quantities.reduce((total, quantity) => total + Math.round(quantity * 100), 0) / 100;
}
