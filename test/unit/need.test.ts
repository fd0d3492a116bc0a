import { describe, expect, test } from "vitest";
import { dayFrom } from "../../shared/day.ts";
import { needKind, type NeedKindName, needKindNames } from "../../server/needs/kinds.ts";
import type { NeedFacts } from "../../server/needs/need-kind.ts";
import { compareNeeds, latestSnooze, lossAt } from "../../server/needs/order.ts";
import { possibleActions } from "../../server/needs/possible-actions.ts";

const now = new Date("2026-11-20T12:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const facts: NeedFacts = {
  customer: "Contoso",
  subscriptionName: "Contoso Insight",
  offerId: "insight",
  planName: "Gold",
  status: "Subscribed",
  unrecognisedStatus: "Frozen",
  autoRenews: null,
  termEndsOn: dayFrom("2026-12-28"),
  operation: { action: "ChangeQuantity", planId: null, quantity: 8, attempts: 3, lastError: "Microsoft is away" },
  isStartUnknown: false,
  dueAt: later(60),
  quoted: "It was removed at Microsoft",
};

describe("the order of needs", () => {
  test("has seconds first, then needs without a deadline, then hours and days", () => {
    const order = [
      { kind: "activation" as const, dueAt: later(60 * 24) },
      { kind: "stuck" as const, dueAt: null },
      { kind: "suspension" as const, dueAt: later(90) },
      { kind: "answer" as const, dueAt: later(0.1) },
      { kind: "activation" as const, dueAt: later(-10) },
    ].toSorted(
      (one, other) => lossAt(needKind(one.kind), one.dueAt, now) - lossAt(needKind(other.kind), other.dueAt, now),
    );
    expect(order.map(({ dueAt }) => dueAt && (dueAt.getTime() - now.getTime()) / 60_000)).toEqual([
      -10,
      0.1,
      null,
      90,
      60 * 24,
    ]);
  });

  test("has what loses nothing last: mentions, proposals and views, by their money and otherwise as they came", () => {
    const placed = (kind: NeedKindName, dueAt: Date | null, monthly: string | null = null) => ({
      kind,
      monthly,
      money: monthly === null ? null : { currency: "USD", monthly },
      lossAt: lossAt(needKind(kind), dueAt, now),
    });
    const days = (count: number) => later(60 * 24 * count);
    const order = [
      placed("mention", null),
      placed("change_proposed", null, "10"),
      placed("mention", null, "60"),
      placed("term_end", days(30)),
      placed("suspension", days(5)),
      placed("blocked_views", null),
      placed("stuck", null),
    ].toSorted((one, other) => compareNeeds(one, other, now));
    expect(order.map(({ kind, monthly }) => (monthly === null ? kind : `${kind} ${monthly}`))).toEqual([
      "stuck",
      "suspension",
      "term_end",
      "mention 60",
      "change_proposed 10",
      "mention",
      "blocked_views",
    ]);
  });

  test("has what is due on the same later day by the money at stake, and never compares currencies", () => {
    const dollars = (monthly: string) => ({ currency: "USD", monthly });
    const inDays = (days: number, minutes: number, money: { currency: string; monthly: string } | null) => ({
      lossAt: later(60 * 24 * days + minutes).getTime(),
      money,
    });
    const order = [
      inDays(3, 5, null),
      inDays(0, 30, dollars("10")),
      inDays(3, 0, dollars("60")),
      inDays(3, 9, dollars("2500.5")),
      inDays(0, 20, null),
      inDays(3, 1, { currency: "EUR", monthly: "9" }),
      inDays(2, 0, dollars("1")),
    ].toSorted((one, other) => compareNeeds(one, other, now));
    expect(order.map(({ money }) => money && `${money.monthly} ${money.currency}`)).toEqual([
      null,
      "10 USD",
      "1 USD",
      "9 EUR",
      "2500.5 USD",
      "60 USD",
      null,
    ]);
  });

  test("does not postpone a failed activation until its 30 days end", () => {
    expect(lossAt(needKind("activation_failed"), later(60 * 24 * 20), now)).toBe(later(60).getTime());
  });
});

describe("the latest end of a snooze", () => {
  const usual = needKind("activation");

  test("is the deadline if there is one, otherwise a month from now", () => {
    expect(latestSnooze(usual, later(5), now)).toEqual(later(5));
    expect(latestSnooze(usual, null, now)).toEqual(later(30 * 24 * 60));
    expect(latestSnooze(usual, later(-5), now)).toEqual(later(30 * 24 * 60));
  });

  test("does not exist if seconds count", () => {
    expect(latestSnooze(needKind("answer"), later(5), now)).toBeNull();
  });
});

describe("the actions of a need", () => {
  test.each(needKindNames)("of the kind %s are each offered once, also without an address to write to", (name) => {
    const { actions } = needKind(name);
    expect(possibleActions(actions, "ada@contoso.example")).toEqual(actions);
    const withoutAddress = possibleActions(actions, null);
    expect(withoutAddress.filter((action, index) => withoutAddress.indexOf(action) !== index)).toEqual([]);
    expect(withoutAddress).not.toContain("write");
    expect(withoutAddress.includes("open")).toBe(actions.includes("open") || actions.includes("write"));
  });
});

describe("the words of a need", () => {
  test.each(needKindNames)("of the kind %s say what it is and which rule applies, in sentences", (name) => {
    const { what, rule } = needKind(name).words(facts);
    const mail = needKind(name).mail?.(facts);
    expect(what).toMatch(/^[A-Z][^.]+$/);
    expect(rule).toMatch(/^[A-Z].*[.]$/);
    expect(`${rule} ${mail?.subject} ${mail?.body}`).not.toMatch(/null|\.\./);
    expect(needKind(name).actions.length).toBeGreaterThan(0);
    expect(needKind(name).actions.includes("write")).toBe(mail !== undefined);
  });

  test("are complete without unknown values", () => {
    const bare: NeedFacts = {
      ...facts,
      customer: null,
      subscriptionName: null,
      status: null,
      unrecognisedStatus: null,
      dueAt: null,
      operation: null,
      quoted: null,
    };
    for (const name of needKindNames) {
      const { what, rule } = needKind(name).words(bare);
      const mail = needKind(name).mail?.(bare);
      expect(`${what} ${rule} ${mail ? mail.subject + mail.body : ""}`).not.toMatch(/null|undefined/);
    }
  });

  test("distinguish usage that Microsoft does not list from a list that is too long", () => {
    const { words } = needKind("usage_not_compared");
    expect(words({ ...facts, quoted: "2026-11-24 " }).rule).toMatch(/does not return/);
    expect(words({ ...facts, quoted: "2026-11-24 TooLong" }).what).toMatch(/of 2026-11-24 is too long/);
  });

  test("distinguish a trial that ends from one that is paid afterwards", () => {
    const trial = needKind("trial_end");
    expect(trial.words({ ...facts, autoRenews: false }).what).toMatch(/subscription end/);
    expect(trial.words({ ...facts, autoRenews: true }).rule).toMatch(/starts to bill Contoso/);
  });
});
