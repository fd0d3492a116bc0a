/** What a plan includes in a term: an admin's entry for the term, else Microsoft's. */
import { isSameTerm } from "../../../shared/term.ts";
import { unlimited } from "../../../shared/usage.ts";
import type { Included } from "./ledger.ts";
import { quantityOf } from "./quantity.ts";

/** By billing term, such as `{"P1M": "1000"}`. */
type ByTerm = Record<string, string>;

/**
 * Null if neither is known: then nothing may be billed, because Microsoft never reverses a bill.
 * @param termUnit a subscription without a term has only the plan's single entry
 */
export function includedIn(
  termUnit: string | null,
  { admin, microsoft }: { admin: ByTerm | null; microsoft: ByTerm | null },
): Included | null {
  for (const byTerm of [admin, microsoft]) {
    const entries = Object.entries(byTerm ?? {});
    const only = entries.length === 1 ? entries[0] : undefined;
    const entry =
      termUnit === null
        ? only
        : (entries.find(([unit]) => unit === termUnit) ?? entries.find(([unit]) => isSameTerm(unit, termUnit)));
    if (entry !== undefined) return entry[1] === unlimited ? unlimited : quantityOf(entry[1]);
  }
  return null;
}
