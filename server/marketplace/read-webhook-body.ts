/** Reads the body of a webhook. */
import type { Day } from "../../shared/day.ts";
import { isFields, parseJson, readField as field } from "./parse-response.ts";
import type { WebhookBody } from "./types.ts";
import { readDay, readGuid, readId, readQuantity, readDate } from "./read-values.ts";
import { readAction, readOperationStatus, readSource } from "./read-operation.ts";

/** The last day of the term in the subscription that a webhook carries; null if unreadable. */
export function readTermEndOfWebhook(bytes: Uint8Array): Day | null {
  let body: unknown;
  try {
    body = parseJson(bytes);
  } catch {
    return null;
  }
  const subscription = isFields(body) ? field(body, "subscription") : null;
  const term = isFields(subscription) ? field(subscription, "term") : null;
  return isFields(term) ? readDay(field(term, "endDate")) : null;
}

const unreadable: WebhookBody = {
  operationId: null,
  subscriptionId: null,
  action: null,
  status: null,
  planId: null,
  quantity: null,
  offerId: null,
  source: null,
  at: null,
  isReadable: false,
};

/**
 * Reads a webhook's body. Never throws: what cannot be read is null, and the caller stores the bytes. Of duplicate
 * keys the last counts. Older bodies have little but an action.
 */
export function parseWebhookBody(bytes: Uint8Array): WebhookBody {
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch {
    return unreadable;
  }
  if (!isFields(value)) return unreadable;
  const subscription = field(value, "subscription");
  return {
    operationId: readGuid(field(value, "id")) ?? readGuid(field(value, "operationId")),
    subscriptionId:
      readGuid(field(value, "subscriptionId")) ?? (isFields(subscription) ? readGuid(field(subscription, "id")) : null),
    action: readAction(value),
    status: readOperationStatus(field(value, "status")) || null,
    planId: readId(field(value, "planId")),
    quantity: readQuantity(field(value, "quantity")),
    offerId: readId(field(value, "offerId")),
    source: readSource(value),
    at: readDate(field(value, "timeStamp")),
    isReadable: true,
  };
}
