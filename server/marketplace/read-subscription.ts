/** Reads a subscription that Microsoft sends. Any field may be missing or malformed. */
import { subscriptionStatuses, type SubscriptionStatus } from "../../shared/lifecycle.ts";
import { isFields, readField as field, readText } from "./parse-response.ts";
import type { MarketplaceParty, MarketplaceSubscription } from "./types.ts";
import { readGuid, readId, isSameWord, readQuantity, readDay, readBoolean, readDate } from "./read-values.ts";

/** `NotStarted` occurs only in Microsoft's OpenAPI file and can only mean a purchase that waits for activation. */
export function readSubscriptionStatus(value: unknown): SubscriptionStatus | null {
  const word = readText(value)?.toLowerCase();
  if (word === "notstarted") return "PendingFulfillmentStart";
  return subscriptionStatuses.find((status) => status.toLowerCase() === word) ?? null;
}

function readParty(value: unknown): MarketplaceParty {
  const fields = isFields(value) ? value : {};
  return {
    email: readText(field(fields, "emailId")),
    objectId: readGuid(field(fields, "objectId")),
    tenantId: readGuid(field(fields, "tenantId")),
  };
}

const customerOperations = ["Read", "Update", "Delete"];

/** Deduplicated, in Microsoft's spelling; unknown values are kept. */
function readCustomerOperations(value: unknown): string[] {
  const words = (Array.isArray(value) ? value : []).map((word) => readId(word)).filter((word) => word !== null);
  return [...new Set(words.map((word) => customerOperations.find((known) => isSameWord(known, word)) ?? word))];
}

/** Null without an id, because nothing can be done with such a row. */
export function readSubscription(value: unknown): MarketplaceSubscription | null {
  if (!isFields(value)) return null;
  const id = readGuid(field(value, "id"));
  if (id === null) return null;
  const rawTerm = field(value, "term");
  const term = isFields(rawTerm) ? rawTerm : {};
  return {
    id,
    name: readText(field(value, "name")) ?? readText(field(value, "subscriptionName")),
    publisherId: readId(field(value, "publisherId")),
    offerId: readId(field(value, "offerId")),
    planId: readId(field(value, "planId")),
    quantity: readQuantity(field(value, "quantity")),
    status: readSubscriptionStatus(field(value, "saasSubscriptionStatus")),
    rawStatus: readId(field(value, "saasSubscriptionStatus")),
    beneficiary: readParty(field(value, "beneficiary")),
    purchaser: readParty(field(value, "purchaser")),
    term: {
      unit: readId(field(term, "termUnit")),
      startsOn: readDay(field(term, "startDate")),
      endsOn: readDay(field(term, "endDate")),
    },
    autoRenew: readBoolean(field(value, "autoRenew")),
    isFreeTrial: readBoolean(field(value, "isFreeTrial")),
    isTest: readBoolean(field(value, "isTest")),
    allowedCustomerOperations: readCustomerOperations(field(value, "allowedCustomerOperations")),
    sandboxType: readId(field(value, "sandboxType")),
    sessionMode: readId(field(value, "sessionMode")),
    createdAt: readDate(field(value, "created")),
    raw: value,
  };
}
