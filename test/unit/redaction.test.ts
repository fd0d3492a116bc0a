import { describe, expect, test } from "vitest";
import { redactAction, redactBody } from "../../server/domain/redaction.ts";

describe("the redaction of a webhook's body", () => {
  const body = JSON.stringify({
    id: "6d1b2c3e-1111-4222-8333-444455556666",
    subscriptionId: "7e1b2c3e-1111-4222-8333-444455556666",
    planId: "team",
    quantity: 8,
    action: "ChangeQuantity",
    timeStamp: "2026-11-28T10:00:00Z",
    subscription: {
      id: "7E1B2C3E-1111-4222-8333-444455556666",
      name: "Ada's Contoso",
      beneficiary: { emailId: "ada@contoso.com", puid: "1003BFFD", objectId: "8f1b2c3e-1111-4222-8333-444455556666" },
      purchaser: { emailId: "Ada@contoso.com" },
      phone: 49301234567,
    },
    odd: ["Ada Lovelace", "Ada Lovelace", { status: "call ada@contoso.com" }],
  });

  test("keeps what decisions rest on, and replaces the same value in the same way", () => {
    expect(JSON.parse(redactBody(body))).toEqual({
      id: "00000000-0000-4000-8000-000000000001",
      subscriptionId: "00000000-0000-4000-8000-000000000002",
      planId: "team",
      quantity: 8,
      action: "ChangeQuantity",
      timeStamp: "2026-11-28T10:00:00Z",
      subscription: {
        id: "00000000-0000-4000-8000-000000000002",
        name: "Text 1",
        beneficiary: {
          emailId: "person1@example.com",
          puid: "00000000-0000-4000-8000-000000000003",
          objectId: "00000000-0000-4000-8000-000000000004",
        },
        purchaser: { emailId: "person1@example.com" },
        phone: 0,
      },
      odd: ["Text 2", "Text 2", { status: "person2@example.com" }],
    });
  });

  test("replaces property names that are no identifiers, each by a name of its own", () => {
    const names = JSON.stringify({ "ada@contoso.com": 1, "Ada Lovelace": { "ADA LOVELACE": 2, planId: "team" } });
    expect(JSON.parse(redactBody(names))).toEqual({
      "Property 1": 0,
      "Property 2": { "Property 3": 0, planId: "team" },
    });
  });

  test.each(["[]", '{"a":1}'])("leaves out what is nested too deeply to be walked: %s", (innermost) => {
    const [start, end] = innermost === "[]" ? ["[", "]"] : ['{"a":', "}"];
    const deep = `{"action":"Renew","odd":${start.repeat(200_000)}"Ada"${end.repeat(200_000)}}`;
    const redacted = redactBody(deep);
    expect(JSON.parse(redacted)).toMatchObject({ action: "Renew" });
    expect(redacted).not.toContain("Ada");
    expect(redacted.length).toBeLessThan(10_000);
  });

  test.each([
    ["ChangeQuantity", "ChangeQuantity"],
    ["Ada Lovelace", null],
    ["ada@contoso.com", null],
    ["A".repeat(300), null],
    [null, null],
  ])("takes the action %s into a name as %s", (action, expected) => {
    expect(redactAction(action)).toBe(expected);
  });

  test("leaves no words of a body that cannot be read, which stays unreadable", () => {
    const redacted = redactBody('{"name": "Ada Lovelace", ');
    expect(redacted).toBe('{"xxxx": "xxx xxxxxxxx", ');
    expect(() => JSON.parse(redacted) as unknown).toThrow();
  });
});
