/** Reads a plan that Microsoft sends, with its prices and metering dimensions. */
import { pricePeriod } from "../../shared/term.ts";
import { unlimited } from "../../shared/usage.ts";
import { isFields, readField as field, readText, rowsOf } from "./parse-response.ts";
import type { MarketplacePlan, PlanDimension, Money } from "./types.ts";
import { readId, readQuantity, readBoolean, maxIdLength } from "./read-values.ts";

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
