/** Reads what Microsoft sends. Tolerant: enums are open, ids are text, and any field may be missing or malformed. */

import { type Day, isDay } from "../../shared/day.ts";
import { plainGuid } from "../../shared/guid.ts";
import { subscriptionStatuses, type SubscriptionStatus, webhookActions } from "../../shared/lifecycle.ts";
import { pricePeriod } from "../../shared/term.ts";
import { unlimited } from "../../shared/usage.ts";
import { isFields, parseJson, readField as field, readText, rowsOf, type Fields } from "./parse-response.ts";
import type {
  MarketplaceOperation,
  MarketplaceParty,
  MarketplacePlan,
  PlanDimension,
  Money,
  MarketplaceSubscription,
  OperationSource,
  WebhookBody,
} from "./types.ts";

const maxIdLength = 200;
/** Quantities are stored as 32-bit integers. */
const maxInt32 = 2_147_483_647;

export function readId(value: unknown): string | null {
  return readText(value, maxIdLength);
}

/**
 * The id of a subscription, operation, tenant or person. Microsoft's services write the same GUID in lowercase or uppercase,
 * some in braces; here it has one spelling, because rows are found by it. Other ids stay as they are.
 */
export function readGuid(value: unknown): string | null {
  const id = readId(value);
  return id === null ? null : plainGuid(id);
}

/** Seats come as 20, "20", "", null or not at all; null for anything but a whole number above 0. */
export function readQuantity(value: unknown): number | null {
  const number =
    typeof value === "string" && /^\s*\d{1,15}(\.0+)?\s*$/.test(value)
      ? Number(value)
      : typeof value === "number"
        ? value
        : Number.NaN;
  return Number.isInteger(number) && number > 0 && number <= maxInt32 ? number : null;
}

const datePattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Microsoft sends up to 7 decimals, sometimes no zone (UTC is meant), a date only, or the year 1 for "never": null. */
export function readDate(value: unknown): Date | null {
  const parts = typeof value === "string" && value.length < 100 ? datePattern.exec(value.trim()) : null;
  if (!parts) return null;
  const [, day, minute = "00:00", second = "00", fraction = "", zone = "Z"] = parts;
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const date = new Date(`${day}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`);
  const isRealDay = !Number.isNaN(date.getTime()) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day!);
  return isRealDay && date.getUTCFullYear() > 1 ? date : null;
}

/** The day as Microsoft writes it, alone or with a time and an offset: `2022-03-07T00:00:00+02:00` is March 7. */
export function readDay(value: unknown): Day | null {
  const day = readDate(value) === null ? "" : String(value).trim().slice(0, 10);
  return isDay(day) ? day : null;
}

function readBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : null;
}

/** `NotStarted` occurs only in Microsoft's OpenAPI file and can only mean a purchase that waits for activation. */
export function readSubscriptionStatus(value: unknown): SubscriptionStatus | null {
  const word = readText(value)?.toLowerCase();
  if (word === "notstarted") return "PendingFulfillmentStart";
  return subscriptionStatuses.find((status) => status.toLowerCase() === word) ?? null;
}

const operationStatuses = ["NotStarted", "InProgress", "Succeeded", "Failed", "Conflict"];

/** The wire uses `Succeeded`; older documents say `Succeed` and `Success`. Unknown values are kept; "" if absent. */
export function readOperationStatus(value: unknown): string {
  const text = readText(value, maxIdLength) ?? "";
  const word = text.toLowerCase();
  if (word === "succeed" || word === "success") return "Succeeded";
  return operationStatuses.find((status) => status.toLowerCase() === word) ?? text;
}

/** In our spelling if the action is known, because its case can differ. Older bodies name it `operationType`. */
function readAction(fields: Fields): string | null {
  const text = readId(field(fields, "action")) ?? readId(field(fields, "operationType"));
  return text === null ? null : (webhookActions.find((action) => isSameWord(action, text)) ?? text);
}

/** Microsoft's emulator misspells the field. */
function readSource(fields: Fields): OperationSource | null {
  const word = readText(field(fields, "operationRequestSource") ?? field(fields, "operationRequestedSource"));
  return word?.toLowerCase() === "azure" ? "Azure" : word?.toLowerCase() === "partner" ? "Partner" : null;
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

function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
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

/** Null without a plan id. */
export function readPlan(value: unknown): MarketplacePlan | null {
  if (!isFields(value)) return null;
  const planId = readId(field(value, "planId"));
  if (planId === null) return null;
  const minQuantity = readQuantity(field(value, "minQuantity"));
  const maxQuantity = readQuantity(field(value, "maxQuantity"));
  // Absent means unknown: only plans sold by seats have limits.
  const isPricePerSeat = readBoolean(field(value, "isPricePerSeat")) ?? (minQuantity ?? maxQuantity) !== null;
  return {
    planId,
    displayName: readText(field(value, "displayName")) ?? planId,
    description: readText(field(value, "description")),
    isPrivate: readBoolean(field(value, "isPrivate")) ?? false,
    isPricePerSeat,
    isStopSell: readBoolean(field(value, "isStopSell")) ?? false,
    hasFreeTrials: readBoolean(field(value, "hasFreeTrials")) ?? false,
    minQuantity,
    maxQuantity,
    prices: readPrices(field(value, "planComponents"), isPricePerSeat),
    dimensions: readDimensions(field(value, "planComponents")),
    sourceOffers: readSourceOffers(field(value, "sourceOffers")),
    raw: value,
  };
}

/** The price of each billing term: "$20.00 per seat per month". */
function readPrices(components: unknown, isPricePerSeat: boolean): MarketplacePlan["prices"] {
  const terms = isFields(components) ? field(components, "recurrentBillingTerms") : undefined;
  if (!Array.isArray(terms)) return [];
  return terms.filter(isFields).flatMap((term) => {
    const price = readText(field(term, "price"), 40);
    if (price === null) return [];
    const termUnit = readId(field(term, "termUnit"));
    const currency = readText(field(term, "currency"), 10);
    const words = [
      priceInWords(price, currency),
      isPricePerSeat ? "per seat" : null,
      termUnit === null ? null : pricePeriod(termUnit),
    ];
    return [
      {
        termUnit,
        words: words.filter((word) => word !== null).join(" "),
        money: moneyOf(price, currency, isPricePerSeat),
      },
    ];
  });
}

/** Microsoft's sample has words instead of quantities in `meteredQuantityIncluded`: then nothing is known. */
function readDimensions(components: unknown): PlanDimension[] {
  const fields = isFields(components) ? components : {};
  const terms = rowsOf(fields, "recurrentBillingTerms").filter(isFields);
  const known = new Map<string, PlanDimension>();
  for (const dimension of rowsOf(fields, "meteringDimensions").filter(isFields)) {
    const id = readId(field(dimension, "id"));
    if (id === null || known.has(id)) continue;
    const currency = readText(field(dimension, "currency"), 10);
    const money = moneyOf(readText(field(dimension, "pricePerUnit"), 40) ?? "", currency, false);
    known.set(id, {
      id,
      name: readText(field(dimension, "displayName"), maxIdLength) ?? id,
      unit: readText(field(dimension, "unitOfMeasure"), maxIdLength),
      pricePerUnit: money?.amount ?? null,
      currency: money?.currency ?? null,
      included: {},
    });
  }
  for (const term of terms) {
    const termUnit = readId(field(term, "termUnit"));
    for (const entry of rowsOf(term, "meteredQuantityIncluded").filter(isFields)) {
      const dimension = known.get(readId(field(entry, "dimensionId")) ?? "");
      const units = readText(field(entry, "units"), 40) ?? "";
      if (!dimension || termUnit === null) continue;
      if (/^\d{1,15}(\.\d{1,10})?$/.test(units)) dimension.included[termUnit] = units;
      else if (/^(unlimited|infinite)$/i.test(units)) dimension.included[termUnit] = unlimited;
    }
  }
  return [...known.values()];
}

function moneyOf(amount: string, code: string | null, isPerSeat: boolean): Money | null {
  const currency = code?.toUpperCase() ?? "";
  if (!/^[A-Z]{3}$/.test(currency) || !/^\d{1,15}(\.\d{1,10})?$/.test(amount)) return null;
  return { amount, currency, isPerSeat };
}

/** `$20.00`. What is not an amount in a known form of currency is shown as Microsoft sent it. */
function priceInWords(price: string, code: string | null): string {
  const money = moneyOf(price, code, false);
  if (money === null) return [price, code].filter(Boolean).join(" ");
  const { amount, currency } = money;
  // Ten decimals, as many as an amount can have: a rounded price would be another one. The text is not read as a floating-point number.
  return new Intl.NumberFormat("en-US", { style: "currency", currency, maximumFractionDigits: 10 }).format(
    amount as Intl.StringNumericLiteral,
  );
}

/** The id of a private offer comes as text or, since 2025, in an object. */
function readSourceOffers(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((offer) => {
    const external = isFields(offer) ? field(offer, "externalId") : offer;
    const id = readId(isFields(external) ? (field(external, "id") ?? field(external, "externalId")) : external);
    return id === null ? [] : [id];
  });
}

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
