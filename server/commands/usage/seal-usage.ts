/** Seals hours: decides what of their usage is billed. */
import type { Context } from "../../context.ts";
import { record, type ActivityEntry } from "../../database/record/record.ts";
import { listDimensions, type PlanDimension } from "../../database/queries/usage-dimensions.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import {
  accountsOf,
  type DueSlot,
  giveUp,
  baselinesOf,
  lockLedger,
  postpone,
  type SealedSlot,
  takeDueSlots,
  writeAccounts,
  writeSealed,
} from "../../database/writes/usage-sealing.ts";
import { includedIn } from "../../domain/usage/included.ts";
import type { Included } from "../../domain/usage/ledger.ts";
import { inDigits, quantityOf, zero } from "../../domain/usage/quantity.ts";
import { decideSealing, type SealDecision } from "../../domain/usage/sealing.ts";
import { type KnownTerm, termOf, type TermSpan } from "../../domain/usage/term.ts";
import { utcDayOf } from "../../../shared/day.ts";
import { unlimited } from "../../../shared/usage.ts";
import { openLedger, isOfTrial } from "./open-ledger.ts";

const sealBatchSize = 500;

export type UsageContext = Pick<Context, "db" | "now" | "actor" | "log">;

/**
 * Seals what is due, at most 500 hours.
 * @param only one subscription; null: all
 * @param maxWaitMs fails if other sealing takes longer; null: waits
 * @returns how many hours were examined
 */
export function sealUsage(
  ctx: UsageContext,
  only: string | null = null,
  maxWaitMs: number | null = null,
): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    await lockLedger(tx, maxWaitMs);
    const now = ctx.now();
    const slots = await takeDueSlots(tx, now, only, sealBatchSize);
    if (slots.length === 0) return 0;
    const { holdFactor } = await currentUsageSettings(tx);
    const baselines = holdFactor === null ? null : await baselinesOf(tx, slots);
    const [dimensions, ledger] = [await listDimensions(tx), openLedger(await accountsOf(tx, slots))];
    const sealed: SealedSlot[] = [];
    const later: { id: string; until: string; problem: string }[] = [];
    const lost: { id: string; problem: string }[] = [];
    for (const slot of slots) {
      const known = termAt(slot);
      const term = termOf(new Date(slot.hour), known, ledger.spansOf(slot));
      const included = isOfTrial(slot) ? unlimited : includedOf(slot, known.unit, dimensions);
      const baseline = baselines?.get(slot.id);
      const decision = decideSealing(
        {
          usage: quantityOf(slot.usage),
          effectiveAt: new Date(slot.effective_at),
          status: slot.status,
          isTrial: isOfTrial(slot),
          isRenewalOpen: slot.is_free_trial,
          account: ledger.read(slot, term),
          included,
          baseline:
            baseline && holdFactor !== null
              ? {
                  hours: baseline.hours,
                  highest: baseline.highest === null ? zero : quantityOf(baseline.highest),
                  factor: holdFactor,
                }
              : null,
        },
        now,
      );
      if (decision.next === "postpone")
        later.push({ id: slot.id, until: decision.until.toISOString(), problem: decision.problem });
      else if (decision.next === "give-up") lost.push({ id: slot.id, problem: decision.problem });
      else {
        ledger.write(slot, term, decision, included);
        sealed.push(sealedSlot(slot, term, decision));
      }
    }
    await writeSealed(tx, sealed, now);
    await writeAccounts(tx, ledger.changed());
    await postpone(tx, later);
    await giveUp(tx, lost, now);
    await record(tx, ctx.actor, now, [...entriesOf(slots, sealed, lost), ...ledger.reached()]);
    return slots.length;
  });
}

/** The term at the time of the hour. A change of the plan can begin another one, of another length, within the term. */
function termAt(slot: DueSlot): KnownTerm {
  const [startsOn, endsOn] = [slot.former_term_starts_on, slot.former_term_ends_on];
  const day = utcDayOf(new Date(slot.hour));
  const isInFormer = startsOn !== null && endsOn !== null && startsOn <= day && day <= endsOn;
  return isInFormer
    ? { unit: slot.former_term_unit, startsOn, endsOn }
    : { unit: slot.term_unit, startsOn: slot.term_starts_on, endsOn: slot.term_ends_on };
}

function includedOf(slot: DueSlot, termUnit: string | null, dimensions: PlanDimension[]): Included | null {
  const found = dimensions.find(
    (one) => one.offerId === slot.offer_id && one.planId === slot.plan_id && one.dimension === slot.dimension,
  );
  return found ? includedIn(termUnit, found.included) : null;
}

function sealedSlot(slot: DueSlot, term: TermSpan, decision: SealDecision & { next: "seal" }): SealedSlot {
  return {
    id: slot.id,
    state: decision.state,
    billable: inDigits(decision.billable),
    effectiveAt: new Date(slot.effective_at).toISOString(),
    termStartsOn: term.startsOn,
    isTrial: isOfTrial(slot),
    isCounted: decision.isCounted,
    problem: decision.problem,
  };
}

function entriesOf(slots: DueSlot[], sealed: SealedSlot[], lost: { id: string }[]): ActivityEntry[] {
  const byId = new Map(slots.map((slot) => [slot.id, slot]));
  const entry = (
    id: string,
    kind: "usage.held" | "usage.rejected" | "usage.lost",
    summary: string,
  ): ActivityEntry[] => {
    const slot = byId.get(id);
    if (!slot) return [];
    const { subscription_id: subscriptionId, dimension, hour, usage } = slot;
    return [
      { subscriptionId, kind, summary, after: { dimension, hour: new Date(hour).toISOString(), quantity: usage } },
    ];
  };
  return [
    ...sealed.flatMap(({ id, state }) => {
      if (state === "held") return entry(id, "usage.held", "Unusual usage held before it is sent");
      if (state === "rejected") return entry(id, "usage.rejected", "Usage is too large to be sent");
      return state === "lost" ? entry(id, "usage.lost", "Usage could not be sent within 24 hours") : [];
    }),
    ...lost.flatMap(({ id }) => entry(id, "usage.lost", "Usage could not be sent within 24 hours")),
  ];
}
