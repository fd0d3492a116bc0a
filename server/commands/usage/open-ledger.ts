/** The accounts of a sealing: what is used and billed in each term, as read and as changed by the sealed hours. */
import type { ActivityEntry } from "../../database/record/record.ts";
import type { AccountRow, DueSlot } from "../../database/writes/usage-sealing.ts";
import { emptyAccount, type Included } from "../../domain/usage/ledger.ts";
import { inDigits, quantityOf } from "../../domain/usage/quantity.ts";
import type { SealDecision } from "../../domain/usage/sealing.ts";
import { isAfterTrial, type TermSpan } from "../../domain/usage/term.ts";
import { unlimited } from "../../../shared/usage.ts";
import { thresholdEntries } from "./threshold-entries.ts";

/** A trial that has ended without becoming paid stays one: Microsoft bills nothing of it. */
export function isOfTrial({ is_trial, is_free_trial, status, hour, term_ends_on }: DueSlot): boolean {
  return is_trial || (is_free_trial && (status === "Unsubscribed" || !isAfterTrial(new Date(hour), term_ends_on)));
}

type Keyed = { subscription_id: string; plan_id: string; dimension: string };

/** The accounts of a transaction, as read and as changed by its hours. */
export function openLedger(rows: AccountRow[]) {
  const keyOf = (slot: Keyed, startsOn: string, isTrial: boolean) =>
    JSON.stringify([slot.subscription_id, slot.plan_id, slot.dimension, startsOn, isTrial]);
  const accounts = new Map<string, AccountRow & { included: string | null }>();
  const changed = new Set<string>();
  const reached: ActivityEntry[] = [];
  const seriesOf = ({ subscription_id, plan_id, dimension }: Keyed) =>
    JSON.stringify([subscription_id, plan_id, dimension]);
  /** Grouped, because a subscription gets more terms with every year. */
  const spans = new Map<string, TermSpan[]>();
  function addSpan(row: Keyed, span: TermSpan): void {
    const series = seriesOf(row);
    const known = spans.get(series);
    if (known) known.push(span);
    else spans.set(series, [span]);
  }
  for (const row of rows) {
    accounts.set(keyOf(row, row.term_starts_on, row.is_trial), { ...row, included: null });
    addSpan(row, { startsOn: row.term_starts_on, endsOn: row.term_ends_on });
  }
  return {
    spansOf: (slot: DueSlot): TermSpan[] => spans.get(seriesOf(slot)) ?? [],
    read(slot: DueSlot, term: TermSpan) {
      const row = accounts.get(keyOf(slot, term.startsOn, isOfTrial(slot)));
      return row ? { used: quantityOf(row.used), billed: quantityOf(row.billed) } : emptyAccount;
    },
    write(
      slot: DueSlot,
      term: TermSpan,
      { account }: SealDecision & { next: "seal" },
      included: Included | null,
    ): void {
      const { subscription_id, plan_id, dimension } = slot;
      const is_trial = isOfTrial(slot);
      const key = keyOf(slot, term.startsOn, is_trial);
      const span = { term_starts_on: term.startsOn, term_ends_on: term.endsOn };
      const subject = { subscriptionId: subscription_id, planId: plan_id, dimension, term };
      const before = { used: account.used, included, notified: accounts.get(key)?.notified_percent ?? 0 };
      const { entries, notified } = thresholdEntries(subject, before);
      reached.push(...entries);
      if (!accounts.has(key)) addSpan(slot, term);
      accounts.set(key, {
        subscription_id,
        plan_id,
        dimension,
        is_trial,
        ...span,
        used: inDigits(account.used),
        billed: inDigits(account.billed),
        included: included === null || included === unlimited ? null : inDigits(included),
        notified_percent: notified,
      });
      changed.add(key);
    },
    /** The product is notified of these. */
    reached: () => reached,
    changed: () => [...accounts].filter(([key]) => changed.has(key)).map(([, row]) => row),
  };
}
