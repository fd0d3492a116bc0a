import { describe, expect, test } from "vitest";
import { isStartedBy, maxFiringsADay, limitReason, wouldHaveFired } from "../../server/domain/automations/firing.ts";
import { describeAction, describeProposal, noEffectReason } from "../../server/domain/automations/words.ts";
import {
  type AutomationAction,
  automationRule,
  storedAutomationRule,
  withoutMoneyFilters,
} from "../../shared/automations.ts";

const at = new Date("2026-11-20T12:00:00Z");
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);
const suspended = { kind: "subscription.suspended", at, actorKind: "marketplace" as const };
const onSuspension = {
  trigger: { kind: "event" as const, events: ["subscription.suspended" as const] },
  onSince: later(-10),
};

describe("an automation is started", () => {
  test("by the events that it names, since it is on", () => {
    expect(isStartedBy(onSuspension, suspended)).toBe(true);
    expect(isStartedBy(onSuspension, { ...suspended, kind: "subscription.renewed" })).toBe(false);
    expect(isStartedBy({ ...onSuspension, onSince: later(1) }, suspended)).toBe(false);
    expect(isStartedBy({ ...onSuspension, onSince: null }, suspended)).toBe(false);
    expect(isStartedBy({ ...onSuspension, trigger: { kind: "enters" } }, suspended)).toBe(false);
  });

  test("never by what an automation did, so that automations cannot start each other", () => {
    expect(isStartedBy(onSuspension, { ...suspended, actorKind: "automation" })).toBe(false);
  });

  test("only some times a day for a subscription, and says why not more often", () => {
    expect(limitReason({ ofThis: 2, ofAll: 9 })).toBeNull();
    expect(limitReason({ ofThis: 3, ofAll: 3 })).toContain("3 times on this subscription today");
    expect(limitReason({ ofThis: 0, ofAll: 10 })).toContain("10 times on this subscription today");
  });
});

test("a preview counts what the limit of a day would have allowed", () => {
  const often = Array.from({ length: maxFiringsADay + 2 }, (_, n) => ({ subscriptionId: "one", at: later(n) }));
  const others = [
    { subscriptionId: "two", at },
    { subscriptionId: "one", at: later(24 * 60) },
  ];
  expect(wouldHaveFired([...often, ...others])).toEqual([...often.slice(0, maxFiringsADay), ...others]);
});

const nameOf = (id: string) => ({ "t:ada": "Ada" })[id] ?? id;
const suspension = { action: "suspend" as const, planId: null, quantity: null, inDays: 1 };

describe("actions in words", () => {
  test.each<[AutomationAction, string]>([
    [{ kind: "tags", add: ["vip", "new"], remove: [] }, "Add the tags vip, new"],
    [{ kind: "tags", add: ["vip"], remove: ["trial"] }, "Add the tag vip and remove the tag trial"],
    [{ kind: "owner", owner: "t:ada" }, "Set the owner to Ada"],
    [{ kind: "owner", owner: null }, "Remove the owner"],
    [{ kind: "followUp", inDays: 0 }, "Set a follow-up for the same day"],
    [{ kind: "followUp", inDays: 5 }, "Set a follow-up in 5 days"],
    [{ kind: "notify", to: "t:ada" }, "Notify Ada"],
    [{ kind: "suspend" }, "Suspend access"],
    [{ kind: "propose", change: suspension }, "Propose a change: Suspension of access, 1 day after the confirmation"],
  ])("%j is “%s”", (action, text) => {
    expect(describeAction(action, nameOf)).toBe(text);
  });

  test("a proposal without days is for the end of the term", () => {
    expect(describeProposal({ ...suspension, inDays: null })).toBe("Suspension of access, at the end of the term");
  });
});

describe("an action has nothing to do", () => {
  const facts = {
    status: "Subscribed",
    tags: ["vip"],
    ownerId: "t:ada",
    planId: "team",
    quantity: 5,
    isOnHold: false,
  };
  test.each<[AutomationAction, boolean]>([
    [{ kind: "tags", add: ["vip"], remove: ["trial"] }, true],
    [{ kind: "tags", add: ["vip"], remove: ["vip"] }, false],
    [{ kind: "tags", add: ["new"], remove: [] }, false],
    [{ kind: "owner", owner: "t:ada" }, true],
    [{ kind: "owner", owner: null }, false],
    [{ kind: "suspend" }, false],
    [{ kind: "followUp", inDays: 5 }, false],
    [{ kind: "propose", change: { ...suspension, action: "changePlan", planId: "team" } }, true],
    [{ kind: "propose", change: { ...suspension, action: "changeQuantity", quantity: 9 } }, false],
  ])("%j: %s", (action, isNothing) => {
    expect(noEffectReason(action, facts) !== null).toBe(isNothing);
  });

  test("of a hold or a proposal after the end", () => {
    const ended = { ...facts, status: "Unsubscribed" };
    expect(noEffectReason({ kind: "suspend" }, ended)).toBe("The subscription has ended.");
    expect(noEffectReason({ kind: "propose", change: suspension }, ended)).toBe("The subscription has ended.");
  });
});

describe("the rule of an automation", () => {
  const actions = [{ kind: "suspend" }];
  test("never cancels and never changes plan or seats", () => {
    for (const kind of ["cancel", "changePlan", "changeQuantity"]) {
      expect(
        automationRule.safeParse({ trigger: { kind: "enters" }, filters: { trial: true }, actions: [{ kind }] })
          .success,
      ).toBe(false);
    }
    const cancellation = { kind: "propose", change: { ...suspension, action: "cancel" } };
    expect(automationRule.safeParse({ ...onSuspension, filters: {}, actions: [cancellation] }).success).toBe(false);
  });

  test("needs a filter if it starts when a subscription begins to match", () => {
    expect(automationRule.safeParse({ trigger: { kind: "enters" }, filters: {}, actions }).success).toBe(false);
    expect(automationRule.safeParse({ trigger: { kind: "enters" }, filters: { trial: true }, actions }).success).toBe(
      true,
    );
  });

  test("does not compare an event with money, which is counted later", () => {
    const onSuspend = { trigger: onSuspension.trigger, actions };
    for (const filters of [{ monthlyFrom: 1000 }, { money: "counted" }, { currency: "USD" }, { movedIn: "2026-11" }]) {
      const refused = automationRule.safeParse({ ...onSuspend, filters: { trial: true, ...filters } });
      expect(refused.error?.issues).toEqual([
        expect.objectContaining({ path: ["filters"], message: expect.stringContaining("begins to match") }),
      ]);
      expect(automationRule.safeParse({ trigger: { kind: "enters" }, filters, actions }).success).toBe(true);
      expect(storedAutomationRule.safeParse({ ...onSuspend, filters }).success).toBe(true);
    }
    expect(withoutMoneyFilters({ trial: true, monthlyTo: 5, money: "counted" })).toEqual({ trial: true });
  });

  test("keeps of a proposal only what its change needs", () => {
    const change = { action: "changePlan", planId: "business", quantity: 7, inDays: null };
    const rule = automationRule.parse({
      trigger: onSuspension.trigger,
      filters: {},
      actions: [{ kind: "propose", change }],
    });
    expect(rule.actions).toEqual([{ kind: "propose", change: { ...change, quantity: null } }]);
  });
});
