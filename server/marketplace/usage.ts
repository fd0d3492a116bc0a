/** Reads the answers of Microsoft's metering API. */
import type { MarketplaceError } from "./errors.ts";
import { readDate, readGuid, readId } from "./read-values.ts";
import { isFields, parseJson, readField as field, readText, rowsOf, type Fields } from "./parse-response.ts";
import type { DailyUsage, UsageAnswer, UsageItem } from "./types.ts";

const maxIdLength = 200;

/**
 * The answers in the order of the items; null where an item has none. Microsoft does not document the order, so
 * items are found by subscription, dimension and hour, which are unique in a batch.
 */
export function readUsageAnswers(value: unknown, items: readonly UsageItem[]): (UsageAnswer | null)[] {
  const rows = (isFields(value) ? rowsOf(value, "result") : rowsOf(value, "")).filter(isFields);
  const found = new Map(rows.map((row) => [keyOfRow(row), row]));
  return items.map((item) => {
    const row = found.get(keyOf(item.resourceId, item.dimension, item.effectiveStartTime));
    return row ? readUsageAnswer(row) : null;
  });
}

function keyOfRow(row: Fields): string {
  const { resourceId, dimension, effectiveStartTime } = row;
  return keyOf(readGuid(resourceId) ?? "", readId(dimension) ?? "", effectiveStartTime);
}

function keyOf(resourceId: string, dimension: string, effectiveStartTime: unknown): string {
  const at = readDate(effectiveStartTime);
  return JSON.stringify([resourceId.toLowerCase(), dimension, at && Math.floor(at.getTime() / 3_600_000)]);
}

export function readUsageAnswer(row: Fields): UsageAnswer {
  const error = fieldsOf(field(row, "error"));
  const earlier = acceptedMessageOf(error) ?? acceptedMessageOf(row);
  const status = readText(field(row, "status"), maxIdLength) ?? readText(field(error, "code"), maxIdLength) ?? "";
  // A duplicate repeats what was sent; only the accepted message says what counts.
  const facts = status === "Duplicate" ? earlier : row;
  return {
    status,
    usageEventId: facts && readId(field(facts, "usageEventId")),
    quantity: facts && readNumber(field(facts, "quantity")),
    at: facts && readDate(field(facts, "effectiveStartTime")),
    message: readText(field(error, "message")) ?? readText(field(row, "message")),
  };
}

function acceptedMessageOf(fields: Fields): Fields | null {
  const accepted = field(fieldsOf(field(fields, "additionalInfo")), "acceptedMessage");
  return isFields(accepted) ? accepted : null;
}

/**
 * The refusal of a single event as an answer: 400 with Microsoft's code, 409 with the earlier event. Null if the call itself
 * failed: without them, the answer is not Microsoft's, but for example a proxy's.
 */
export function readUsageRefusal(error: MarketplaceError): UsageAnswer | null {
  if (error.isForeign) return null;
  const body = fieldsOf(bodyOf(error));
  const { message } = error;
  if (error.status === 400) {
    const status = error.code ?? codeOfDetails(body);
    return status === null ? null : { status, usageEventId: null, quantity: null, at: null, message };
  }
  const earlier = acceptedMessageOf(body);
  if (error.status !== 409 || (earlier === null && error.code === null)) return null;
  return {
    status: "Duplicate",
    usageEventId: earlier && readId(field(earlier, "usageEventId")),
    quantity: earlier && readNumber(field(earlier, "quantity")),
    at: earlier && readDate(field(earlier, "effectiveStartTime")),
    message,
  };
}

function codeOfDetails(body: Fields): string | null {
  const [detail] = rowsOf(body, "details");
  return readText(field(fieldsOf(detail), "code"), maxIdLength);
}

function bodyOf({ body }: MarketplaceError): unknown {
  try {
    return parseJson(body);
  } catch {
    return null;
  }
}

/** Null without a day, subscription or dimension. */
export function readDailyUsage(row: unknown): DailyUsage | null {
  if (!isFields(row)) return null;
  const day = readDate(field(row, "usageDate"));
  const subscriptionId = readGuid(field(row, "usageResourceId"));
  const dimension = readId(field(row, "dimension"));
  if (day === null || subscriptionId === null || dimension === null) return null;
  return {
    day,
    subscriptionId,
    dimension,
    offerId: readId(field(row, "offerId")),
    planId: readId(field(row, "planId")),
    reconStatus: readText(field(row, "reconStatus"), maxIdLength) ?? "",
    submittedQuantity: readNumber(field(row, "submittedQuantity")),
    processedQuantity: readNumber(field(row, "processedQuantity")),
  };
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The shortest digits that mean the same number, so that two decimals are exact. */
function readNumber(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : readText(value, 40);
  return text !== null && /^-?\d+(\.\d+)?(e[+-]?\d{1,2})?$/.test(text) ? text : null;
}
