/** Seals hours: decides what of their usage is billed, and carries late usage to an open hour. */
import type { Context } from "../../context.ts";
import type { Executor } from "../../database/connection/database.ts";
import { record, type ActivityEntry } from "../../database/record/record.ts";
import { listDimensions, type PlanDimension } from "../../database/queries/usage-dimensions.ts";
import { meteredSubscriptions } from "../../database/queries/usage-subscriptions.ts";
import { currentUsageSettings } from "../../database/queries/usage-settings.ts";
import {
  type AccountRow,
  accountsOf,
  carryTo,
  type DueSlot,
  giveUp,
  habitsOf,
  type LateSlot,
  lockLedger,
  postpone,
  type SealedSlot,
  type SettledLate,
  settleLate,
  takeDueSlots,
  takeLateSlots,
  writeAccounts,
  writeSealed,
} from "../../database/writes/usage-sealing.ts";
import { hoursOfPlan, type LatePart, lateParts } from "../../domain/usage/former-plan.ts";
import { hourOf, isTooOld, nextHour, sealTime } from "../../domain/usage/hours.ts";
import { includedIn } from "../../domain/usage/included.ts";
import { emptyAccount, type Included } from "../../domain/usage/ledger.ts";
import { inDigits, quantityOf, zero } from "../../domain/usage/quantity.ts";
import { decideSealing, type SealDecision } from "../../domain/usage/sealing.ts";
import { isAfterTrial, termOf, type TermSpan } from "../../domain/usage/term.ts";
import { unlimited, usageWindowMs } from "../../../shared/usage.ts";
import { thresholdEntries } from "./threshold-entries.ts";

const sealBatchSize = 500;
const carryBatchSize = 200;
/** The current hour can be sealed already, after a change of plan; later ones collect. */
const maxCarryHours = 3;

export type UsageContext = Pick<Context, "db" | "now" | "actor" | "log">;

/**
 * Seals what is due, at most 500 hours.
 * @param only one subscription; null: all
 * @param maxWaitMs fails if other sealing takes longer; null: waits
 * @returns how many were looked at
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
    const habits = holdFactor === null ? null : await habitsOf(tx, slots);
    const [dimensions, ledger] = [await listDimensions(tx), openLedger(await accountsOf(tx, slots))];
    const sealed: SealedSlot[] = [];
    const later: { id: string; until: string; problem: string }[] = [];
    const lost: { id: string; problem: string }[] = [];
    for (const slot of slots) {
      const term = termOfSlot(slot, ledger.spansOf(slot));
      const included = isOfTrial(slot) ? unlimited : includedOf(slot, dimensions);
      const history = habits?.get(slot.id);
      const decision = decideSealing(
        {
          usage: quantityOf(slot.usage),
          effectiveAt: new Date(slot.effective_at),
          status: slot.status,
          isTrial: isOfTrial(slot),
          isRenewalOpen: slot.is_free_trial,
          account: ledger.read(slot, term),
          included,
          habit:
            history && holdFactor !== null
              ? {
                  hours: history.hours,
                  highest: history.highest === null ? zero : quantityOf(history.highest),
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

/** A trial that has ended without becoming paid stays one: Microsoft bills nothing of it. */
function isOfTrial({ is_trial, is_free_trial, status, hour, term_ends_on }: DueSlot): boolean {
  return is_trial || (is_free_trial && (status === "Unsubscribed" || !isAfterTrial(new Date(hour), term_ends_on)));
}

function termOfSlot(slot: DueSlot, known: TermSpan[]): TermSpan {
  return termOf(
    new Date(slot.hour),
    { unit: slot.term_unit, startsOn: slot.term_starts_on, endsOn: slot.term_ends_on },
    known,
  );
}

export function includedOf(
  slot: { offer_id: string; plan_id: string; dimension: string; term_unit: string | null },
  dimensions: PlanDimension[],
): Included | null {
  const found = dimensions.find(
    (one) => one.offerId === slot.offer_id && one.planId === slot.plan_id && one.dimension === slot.dimension,
  );
  return found ? includedIn(slot.term_unit, found.included) : null;
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

type Keyed = { subscription_id: string; plan_id: string; dimension: string };

/** The accounts of a transaction, as read and as changed by its hours. */
function openLedger(rows: AccountRow[]) {
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

/**
 * Carries usage that was reported after its hour was sealed to an open hour, or to a free hour of its plan if the
 * subscription has another plan now; at most 200 hours.
 * @returns how many were looked at
 */
export function carryLateUsage(ctx: UsageContext): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    await lockLedger(tx);
    const now = ctx.now();
    const late = await takeLateSlots(tx, new Date(now.getTime() - usageWindowMs - 3_600_000), carryBatchSize);
    if (late.length === 0) return 0;
    const { graceMinutes } = await currentUsageSettings(tx);
    const carrier: Carrier = { tx, now, graceMs: graceMinutes * 60_000, dimensions: await listDimensions(tx) };
    const entries: ActivityEntry[] = [];
    const settled: SettledLate[] = [];
    for (const slot of late) {
      let [moved, lost, lostOfFormerPlan] = [zero, zero, zero];
      for (const part of lateParts(slot.hour_plan_id, quantityOf(slot.late), slot.late_other)) {
        const result = await carryPart(carrier, slot, part);
        if (result === "carried") {
          moved = moved.plus(part.quantity);
          continue;
        }
        lost = lost.plus(part.quantity);
        if (result === "no free hour") lostOfFormerPlan = lostOfFormerPlan.plus(part.quantity);
        entries.push(lostEntry(slot, part, result));
      }
      settled.push({
        id: slot.id,
        moved: inDigits(moved),
        lost: inDigits(lost),
        lostOfFormerPlan: inDigits(lostOfFormerPlan),
      });
    }
    await settleLate(tx, settled);
    await record(tx, ctx.actor, now, entries);
    return late.length;
  });
}

type Carrier = { tx: Executor; now: Date; graceMs: number; dimensions: PlanDimension[] };

function lostEntry(slot: LateSlot, { planId, quantity }: LatePart, result: "lost" | "no free hour"): ActivityEntry {
  const { subscription_id: subscriptionId, dimension, hour } = slot;
  return {
    subscriptionId,
    kind: "usage.lost",
    summary:
      result === "lost"
        ? "Late usage could not be billed in a later hour"
        : "Late usage of a former plan could not be billed: no hour of the plan is free",
    after: { dimension, hour: new Date(hour).toISOString(), quantity: inDigits(quantity), planId },
  };
}

async function carryPart(
  carrier: Carrier,
  slot: LateSlot,
  part: LatePart,
): Promise<"carried" | "lost" | "no free hour"> {
  const { now, dimensions } = carrier;
  // An hour after the trial would bill what belongs to the trial.
  const isOfEndedTrial = slot.is_trial && !(slot.is_free_trial && !isAfterTrial(hourOf(now), slot.term_ends_on));
  if (slot.status !== "Subscribed" || isOfEndedTrial || isTooOld(nextHour(new Date(slot.hour)), now)) return "lost";
  if (part.planId !== slot.plan_id) return (await carryWithinPlan(carrier, slot, part)) ? "carried" : "no free hour";
  const isKnown = dimensions.some(
    (one) => one.offerId === slot.offer_id && one.planId === slot.plan_id && one.dimension === slot.dimension,
  );
  return isKnown && (await carryToOpenHour(carrier, slot, part)) ? "carried" : "lost";
}

/** As usage of now: earlier in the hour, another plan may have been active. */
async function carryToOpenHour({ tx, now, graceMs }: Carrier, slot: LateSlot, part: LatePart): Promise<boolean> {
  let hour = hourOf(now);
  for (let tried = 0; tried < maxCarryHours; tried += 1) {
    const effectiveAt = new Date(Math.max(hour.getTime(), now.getTime()));
    const isTrial = slot.is_free_trial && !isAfterTrial(hour, slot.term_ends_on);
    if (slot.is_trial && !isTrial) return false;
    const target = { planId: part.planId, hour, effectiveAt, sealAt: sealTime(hour, now, graceMs), isTrial };
    if ((await carryTo(tx, slot, inDigits(part.quantity), target, now)) !== null) return true;
    hour = nextHour(hour);
  }
  return false;
}

async function carryWithinPlan({ tx, now, graceMs }: Carrier, slot: LateSlot, part: LatePart): Promise<boolean> {
  const subject = { subscriptionId: slot.subscription_id };
  const [subscription] = (await meteredSubscriptions(tx, [subject], now))(subject);
  const span = { after: new Date(slot.hour), now };
  for (const { hour, effectiveAt } of hoursOfPlan(part.planId, subscription?.plans ?? [], span)) {
    const isTrial = slot.is_free_trial && !isAfterTrial(hour, slot.term_ends_on);
    if (slot.is_trial && !isTrial) continue;
    const target = { planId: part.planId, hour, effectiveAt, sealAt: sealTime(hour, now, graceMs), isTrial };
    if ((await carryTo(tx, slot, inDigits(part.quantity), target, now)) !== null) return true;
  }
  return false;
}
