/** Reads an operation that Microsoft sends. Any field may be missing or malformed. */
import { webhookActions } from "../../shared/lifecycle.ts";
import { isFields, readField as field, readText, type Fields } from "./parse-response.ts";
import type { MarketplaceOperation, OperationSource } from "./types.ts";
import { maxIdLength, readId, isSameWord, readGuid, readQuantity, readDate } from "./read-values.ts";

const operationStatuses = ["NotStarted", "InProgress", "Succeeded", "Failed", "Conflict"];

/** The wire uses `Succeeded`; older documents say `Succeed` and `Success`. Unknown values are kept; "" if absent. */
export function readOperationStatus(value: unknown): string {
  const text = readText(value, maxIdLength) ?? "";
  const word = text.toLowerCase();
  if (word === "succeed" || word === "success") return "Succeeded";
  return operationStatuses.find((status) => status.toLowerCase() === word) ?? text;
}

/** In our spelling if the action is known, because its case can differ. Older bodies name it `operationType`. */
export function readAction(fields: Fields): string | null {
  const text = readId(field(fields, "action")) ?? readId(field(fields, "operationType"));
  return text === null ? null : (webhookActions.find((action) => isSameWord(action, text)) ?? text);
}

/** Microsoft's emulator misspells the field. */
export function readSource(fields: Fields): OperationSource | null {
  const word = readText(field(fields, "operationRequestSource") ?? field(fields, "operationRequestedSource"));
  return word?.toLowerCase() === "azure" ? "Azure" : word?.toLowerCase() === "partner" ? "Partner" : null;
}

/**
 * Null if nothing identifies the operation. `asked` fills in what Microsoft omits; what it sends is never
 * overwritten, so that another subscription's operation is noticed.
 */
export function readOperation(
  value: unknown,
  asked: { subscriptionId: string; operationId?: string },
): MarketplaceOperation | null {
  if (!isFields(value)) return null;
  const action = readAction(value) ?? "";
  const ownId = readGuid(field(value, "id"));
  const id = ownId ?? asked.operationId ?? null;
  if (id === null || (ownId === null && action === "")) return null;
  return {
    id,
    subscriptionId: readGuid(field(value, "subscriptionId")) ?? asked.subscriptionId,
    action,
    status: readOperationStatus(field(value, "status")),
    planId: readId(field(value, "planId")),
    quantity: readQuantity(field(value, "quantity")),
    source: readSource(value),
    offerId: readId(field(value, "offerId")),
    at: readDate(field(value, "timeStamp")),
    errorMessage: readText(field(value, "errorMessage")),
    retryAfterMs: null,
    raw: value,
  };
}
