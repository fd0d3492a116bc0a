/** Compares the ledger with what Microsoft has processed of a day. */
import Big from "big.js";
import type { UsageDifference } from "../../../shared/usage.ts";
import { inDigits, type Quantity, quantityOf, sumOf } from "./quantity.ts";

/** The ledger's side of a day, by subscription and dimension. */
export type LedgerDay = {
  subscriptionId: string;
  dimension: string;
  /** What Microsoft had accepted, as decimal digits. */
  accepted: string;
  /** The part of it that was accepted long enough ago to be listed. */
  settled: string;
  /** Hours are being sent, or tried again. */
  hasWaiting: boolean;
  /** Hours that were sent without a usable answer, and are lost. */
  hasUnanswered: boolean;
  /** Microsoft had accepted another quantity for an hour, which waits for a decision. */
  hasUndecided: boolean;
  /** The same, and staff dropped the hour. */
  hasDropped: boolean;
};

/** A row of Microsoft's list; several of them have one subscription and dimension. */
export type ListedUsage = {
  subscriptionId: string;
  dimension: string;
  reconStatus: string;
  submittedQuantity: string | null;
  processedQuantity: string | null;
};

export type ComparedDay = {
  subscriptionId: string;
  dimension: string;
  ledger: string;
  /** Null: Microsoft does not list it. */
  submitted: string | null;
  processed: string | null;
  reconStatus: string | null;
  cause: UsageDifference | null;
};

/** The most serious first. */
const seriousness = ["Rejected", "Mismatch"];

export function compareDay(ledger: readonly LedgerDay[], listed: readonly ListedUsage[]): ComparedDay[] {
  // Microsoft's IDs can differ in case.
  const keyOf = (one: { subscriptionId: string; dimension: string }) =>
    JSON.stringify([one.subscriptionId.toLowerCase(), one.dimension]);
  const ledgerByKey = new Map(ledger.map((one) => [keyOf(one), one]));
  const listedByKey = Map.groupBy(listed, keyOf);
  return [...new Set([...ledgerByKey.keys(), ...listedByKey.keys()])].flatMap((key) => {
    const own = ledgerByKey.get(key);
    const rows = listedByKey.get(key) ?? [];
    const first = own ?? rows[0];
    if (!first) return [];
    const { subscriptionId, dimension } = first;
    return [{ subscriptionId, dimension, ...compare(own, rows) }];
  });
}

function compare(own: LedgerDay | undefined, rows: ListedUsage[]): Omit<ComparedDay, "subscriptionId" | "dimension"> {
  const accepted = quantityOf(own?.accepted ?? "0");
  const settled = quantityOf(own?.settled ?? "0");
  const ledger = inDigits(accepted);
  if (rows.length === 0)
    return {
      ledger,
      submitted: null,
      processed: null,
      reconStatus: null,
      cause: settled.gt(0) ? "not_listed" : null,
    };
  const submitted = cents(sumOf(rows.map((row) => quantityOf(row.submittedQuantity ?? row.processedQuantity ?? "0"))));
  const processed = cents(sumOf(rows.map((row) => quantityOf(row.processedQuantity ?? "0"))));
  const statuses = rows.map(({ reconStatus }) => reconStatus);
  const reconStatus = seriousness.find((status) => statuses.includes(status)) ?? statuses[0] ?? "";
  return {
    ledger,
    submitted: inDigits(submitted),
    processed: inDigits(processed),
    reconStatus,
    cause: causeOf(own, { accepted, settled, submitted, processed, reconStatus }),
  };
}

/** Sums of JSON numbers with two decimals. */
function cents(sum: Quantity): Quantity {
  return sum.round(2, Big.roundHalfUp);
}

function causeOf(
  own: LedgerDay | undefined,
  sides: Record<"accepted" | "settled" | "submitted" | "processed", Quantity> & { reconStatus: string },
): UsageDifference | null {
  const { accepted, settled, submitted, processed, reconStatus } = sides;
  if (reconStatus === "Rejected") return "rejected";
  if (reconStatus === "Mismatch" || (reconStatus === "Accepted" && !processed.eq(submitted))) return "mismatch";
  if (submitted.lt(settled)) return "not_listed";
  // What is on its way is compared the next day.
  if (submitted.lte(accepted) || own?.hasWaiting) return null;
  if (own?.hasUndecided) return "undecided";
  if (own?.hasDropped) return "dropped";
  if (own?.hasUnanswered) return "answer_lost";
  return "other_sender";
}
