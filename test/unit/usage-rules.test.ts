import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, type Day, dayFrom, startInUtc } from "../../shared/day.ts";
import { admit, type MeteredSubscription } from "../../server/domain/usage/admission.ts";
import { unlimited } from "../../shared/usage.ts";
import { hourOf, isTooOld, sentTime, sealTime } from "../../server/domain/usage/hours.ts";
import { includedIn } from "../../server/domain/usage/included.ts";
import { termOf, trialEnd } from "../../server/domain/usage/term.ts";

const at = (text: string) => new Date(text);
const minute = 60_000;

describe("the term of an hour", () => {
  const monthly = { unit: "P1M", startsOn: dayFrom("2026-10-31"), endsOn: dayFrom("2026-11-29") };

  test.each([
    ["2026-10-31T00:00:00Z", "2026-10-31", "2026-11-29"],
    ["2026-11-29T23:59:59Z", "2026-10-31", "2026-11-29"],
    ["2026-11-30T00:00:00Z", "2026-11-30", "2026-12-29"],
    ["2027-02-28T12:00:00Z", "2027-02-28", "2027-03-29"],
    ["2026-10-30T23:00:00Z", "2026-09-30", "2026-10-30"],
  ])("%s is in the one from %s to %s", (instant, startsOn, endsOn) => {
    expect(termOf(at(instant), monthly, [])).toEqual({ startsOn, endsOn });
  });

  test("is the calendar month if Microsoft names no days", () => {
    const unknown = { unit: null, startsOn: null, endsOn: null };
    expect(termOf(at("2028-02-29T10:00:00Z"), unknown, [])).toEqual({ startsOn: "2028-02-01", endsOn: "2028-02-29" });
  });

  test("is the account that already has usage, if Microsoft's dates move by a day", () => {
    const account = { startsOn: dayFrom("2026-10-30"), endsOn: dayFrom("2026-11-29") };
    expect(termOf(at("2026-11-10T10:00:00Z"), monthly, [account])).toBe(account);
  });

  test("is a new one when the term changes in the middle of an account", () => {
    const account = { startsOn: dayFrom("2026-11-01"), endsOn: dayFrom("2026-11-30") };
    const yearly = { unit: "P1Y", startsOn: dayFrom("2026-11-15"), endsOn: dayFrom("2027-11-14") };
    expect(termOf(at("2026-11-20T10:00:00Z"), yearly, [account]).startsOn).toBe("2026-11-15");
    expect(termOf(at("2026-11-14T10:00:00Z"), yearly, [account])).toBe(account);
  });

  test("contains its day, and the terms of all days follow each other without gaps", () => {
    const units = fc.constantFrom("P1M", "P1Y", "P18M", "P3Y", "P7D", "P2W", "P0M", "strange", null);
    const days = fc.integer({ min: -900, max: 900 });
    fc.assert(
      fc.property(
        units,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 800 }),
        days,
        (unit, from, length, away) => {
          const startsOn = addDays(dayFrom("2026-01-01"), from);
          const current = { unit, startsOn, endsOn: addDays(startsOn, length - 1) };
          const of = (day: Day) => termOf(startInUtc(day), current, []);
          const day = addDays(startsOn, away);
          const term = of(day);
          expect(term.startsOn <= day && day <= term.endsOn).toBe(true);
          expect(of(term.endsOn)).toEqual(term);
          if (day > current.endsOn) expect(of(addDays(term.endsOn, 1)).startsOn).toBe(addDays(term.endsOn, 1));
        },
      ),
    );
  });
});

describe("what a plan includes", () => {
  const quantityIn = (termUnit: string | null, admin: Record<string, string> | null, microsoft = {}) =>
    String(includedIn(termUnit, { admin, microsoft }));

  test.each([
    ["P1Y", { P12M: "7" }, "7"],
    ["P12M", { P1Y: "7" }, "7"],
    ["P36M", { P1M: "1", P3Y: "7" }, "7"],
    ["P12M", { P1Y: "8", P12M: "7" }, "7"],
    ["P1Y", { P12M: unlimited }, unlimited],
    ["P1M", { P1Y: "7" }, "null"],
    ["P1M", { P1D: "7", P1W: "8" }, "null"],
    [null, { P12M: "7" }, "7"],
    [null, { P1M: "1", P1Y: "7" }, "null"],
  ])("in a term of %s of %j is %s", (termUnit, byTerm: Record<string, string>, expected) => {
    expect(quantityIn(termUnit, byTerm)).toBe(expected);
    expect(quantityIn(termUnit, null, byTerm)).toBe(expected);
  });

  test("is an admin's entry, also if it names the same term otherwise than Microsoft", () => {
    expect(quantityIn("P12M", { P1Y: "7" }, { P12M: "8" })).toBe("7");
  });
});

describe("an hour", () => {
  test("begins at its full hour in UTC", () => {
    expect(hourOf(at("2026-11-28T10:59:59.999Z"))).toEqual(at("2026-11-28T10:00:00Z"));
  });

  test("is sealed when it has ended and the grace has passed", () => {
    const hour = at("2026-11-28T10:00:00Z");
    expect(sealTime(hour, at("2026-11-28T10:20:00Z"), 5 * minute)).toEqual(at("2026-11-28T11:05:00Z"));
  });

  test("is sealed a minute after its first usage if that comes late", () => {
    const hour = at("2026-11-28T10:00:00Z");
    expect(sealTime(hour, at("2026-11-28T15:00:00Z"), 5 * minute)).toEqual(at("2026-11-28T15:01:00Z"));
  });

  test("is sealed immediately if Microsoft's 24 hours are almost over", () => {
    const hour = at("2026-11-28T10:00:00Z");
    const now = at("2026-11-29T09:30:00Z");
    expect(sealTime(hour, now, 5 * minute)).toEqual(now);
  });

  test.each([
    ["10:00:00.700", "10:00:02.700", "10:00:00.700"],
    ["10:59:59.999", "11:05:00.000", "10:59:59.999"],
    ["10:00:00.700", "10:00:02.699", "10:00:00.000"],
    ["10:00:00.000", "10:00:00.000", "10:00:00.000"],
  ])("of %s is sent at %s with the time %s", (effectiveAt, now, sent) => {
    const of = (time: string) => at(`2026-11-28T${time}Z`);
    expect(sentTime(of(effectiveAt), of(now))).toBe(`2026-11-28T${sent}Z`);
  });

  test("is too old after exactly 24 hours", () => {
    const then = at("2026-11-28T10:00:00Z");
    expect(isTooOld(then, at("2026-11-29T09:59:59.999Z"))).toBe(false);
    expect(isTooOld(then, at("2026-11-29T10:00:00Z"))).toBe(true);
  });
});

describe("an event", () => {
  const now = at("2026-11-28T12:00:00Z");
  const plan = { planId: "flow", since: null, isPerSeat: false, dimensions: new Set(["messages", "storage"]) };
  const active: MeteredSubscription = {
    id: "s",
    offerId: "relay",
    status: "Subscribed",
    statusSince: at("2026-11-01T00:00:00Z"),
    activeFrom: at("2026-11-01T00:00:00Z"),
    isFreeTrial: false,
    trialEndedAt: null,
    termEndsOn: null,
    suspensions: [],
    plans: [plan],
  };
  const say = (others: Partial<MeteredSubscription>, occurredAt = "2026-11-28T11:00:00Z", dimension = "messages") =>
    admit({ dimension, occurredAt: at(occurredAt) }, { ...active, ...others }, now);

  test("of an active subscription is billed by its plan", () => {
    expect(say({})).toEqual({ planId: "flow", isLost: false, isTrial: false });
  });

  test("from before a change of plan is billed by the former plan", () => {
    const plans = [{ ...plan, planId: "flood", since: at("2026-11-28T10:30:00Z") }, plan];
    expect(say({ plans }, "2026-11-28T10:29:59Z")).toMatchObject({ planId: "flow" });
    expect(say({ plans }, "2026-11-28T10:30:00Z")).toMatchObject({ planId: "flood" });
  });

  test("of a free trial ends with the trial's term, also if the renewal was noticed later", () => {
    const noticedAt = at("2026-11-28T03:10:00Z");
    expect(trialEnd(noticedAt, dayFrom("2026-11-27"))).toEqual(at("2026-11-28T00:00:00Z"));
    // Our copy can have had a last day that is still to come.
    expect(trialEnd(noticedAt, dayFrom("2026-11-28"))).toEqual(noticedAt);
    expect(trialEnd(noticedAt, null)).toEqual(noticedAt);
  });

  test("from before the end of a free trial is part of the trial, however late it arrives", () => {
    const trialEndedAt = at("2026-11-28T10:30:00Z");
    expect(say({ trialEndedAt }, "2026-11-28T10:29:59Z")).toMatchObject({ isTrial: true });
    expect(say({ trialEndedAt }, "2026-11-28T10:30:00Z")).toMatchObject({ isTrial: false });
    expect(say({ isFreeTrial: true })).toMatchObject({ isTrial: true });
    const trial = { isFreeTrial: true, termEndsOn: dayFrom("2026-11-27") } as const;
    expect(say(trial, "2026-11-27T23:59:59Z")).toMatchObject({ isTrial: true });
    expect(say(trial, "2026-11-28T00:00:00Z")).toMatchObject({ isTrial: false });
    expect(say({ ...trial, termEndsOn: dayFrom("2026-11-28") }, "2026-11-28T10:00:00Z")).toMatchObject({
      isTrial: true,
    });
    const ended = { ...trial, status: "Unsubscribed", statusSince: new Date("2026-11-28T10:31:00Z") } as const;
    expect(say(ended, "2026-11-28T10:30:00Z")).toMatchObject({ isTrial: true });
  });

  test("older than 24 hours is lost", () => {
    expect(say({}, "2026-11-27T12:00:00Z")).toMatchObject({ isLost: true });
    expect(say({}, "2026-11-27T12:00:01Z")).toMatchObject({ isLost: false });
  });

  test.each([
    ["of an unknown dimension", {}, "2026-11-28T11:00:00Z", "calls", /no such dimension.*messages, storage/],
    ["of a plan per seat", { plans: [{ ...plan, isPerSeat: true }] }, undefined, undefined, /per seat/],
    [
      "of a plan without dimensions",
      { plans: [{ ...plan, dimensions: new Set<string>() }] },
      undefined,
      undefined,
      /no metering dimensions/,
    ],
    ["of a pending purchase", { status: "PendingFulfillmentStart" as const }, undefined, undefined, /not active yet/],
    [
      "from before the activation",
      { activeFrom: at("2026-11-28T11:05:01Z") },
      undefined,
      undefined,
      /not active yet at that time/,
    ],
    ["in the future", {}, "2026-11-28T12:06:00Z", undefined, /future/],
    ["of last month", {}, "2026-10-20T12:00:00Z", undefined, /31 days/],
    [
      "during a suspension",
      { status: "Suspended" as const, statusSince: at("2026-11-28T10:00:00Z") },
      undefined,
      undefined,
      /suspended/,
    ],
    [
      "during a suspension that has ended",
      { suspensions: [{ from: at("2026-11-28T11:00:00Z"), until: at("2026-11-28T11:00:01Z") }] },
      undefined,
      undefined,
      /suspended/,
    ],
    [
      "after the end",
      { status: "Unsubscribed" as const, statusSince: at("2026-11-28T10:00:00Z") },
      undefined,
      undefined,
      /ended/,
    ],
  ])("%s is refused", (_, others, occurredAt, dimension, words) => {
    expect(say(others, occurredAt, dimension)).toEqual({ refused: expect.stringMatching(words) as string });
  });

  test.each([null, at("2026-11-28T11:05:00Z")])("is accepted if it was active since %s", (activeFrom) => {
    expect(say({ activeFrom })).toMatchObject({ planId: "flow" });
  });

  test.each(["Suspended", "Unsubscribed"] as const)("from before the status %s is kept", (status) => {
    expect(say({ status, statusSince: at("2026-11-28T11:30:00Z") })).toMatchObject({ planId: "flow", isLost: false });
  });
});
