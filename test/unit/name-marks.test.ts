import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, readText } from "../../server/marketplace/parse-response.ts";
import { storedAnswer } from "../../server/outbox/stored-exchange.ts";
import { isStorable } from "../../server/domain/storable-text.ts";
import { markEnd, markStart, withoutMarks, withoutControlCharacters } from "../../shared/foreign-text.ts";
import {
  idMarks,
  marksIn,
  marksOf,
  offerMark,
  planMark,
  scopeInWords,
  withNames,
} from "../../server/domain/name-marks.ts";

const names = [
  { offerId: "insight", planId: null, name: "Contoso Insight" },
  { offerId: "insight", planId: "team", name: "Team" },
  { offerId: null, planId: "team", name: "Any team" },
];

describe("a mark", () => {
  test("becomes the name of its offer or plan", () => {
    const sentence = `Purchase discovered: ${offerMark("insight")}, ${planMark("team", "insight")}, 5 seats`;
    expect(withNames(sentence, names)).toBe("Purchase discovered: Contoso Insight, Team, 5 seats");
  });

  test("becomes the id if no name is known", () => {
    expect(withNames(`${offerMark("vault")}: ${planMark("plus", "vault")} → ${planMark("gold")}`, names)).toBe(
      "vault: plus → gold",
    );
  });

  test("of a plan without its offer gets the offer of the subscription", () => {
    const sentence = `Plan change to ${planMark("team")} requested`;
    expect(withNames(sentence, names)).toBe("Plan change to Any team requested");
    expect(withNames(marksOf("insight", sentence), names)).toBe("Plan change to Team requested");
    expect(marksOf("vault", planMark("team", "insight"))).toBe(planMark("team", "insight"));
  });

  test("isolates a name from right to left", () => {
    const hebrew = [{ offerId: "insight", planId: null, name: "תובנה" }];
    expect(withNames(offerMark("insight"), hebrew)).toBe("\u2068תובנה\u2069");
  });

  test("is the id alone if the id has signs of marks", () => {
    for (const id of [`a${markStart}b`, "a b", markEnd])
      expect([offerMark(id), planMark(id, "insight")]).toEqual([id, id]);
  });
});

test("a scope has marks", () => {
  expect(scopeInWords({ offerId: null, planId: null })).toBe("all offers");
  expect(withNames(scopeInWords({ offerId: "insight", planId: null }), names)).toBe("all plans of Contoso Insight");
  expect(withNames(scopeInWords({ offerId: "insight", planId: "team" }), names)).toBe(
    "the plan Team of Contoso Insight",
  );
});

test("the ids in values have marks by id", () => {
  expect(withNames(idMarks("insight", { planId: "team" }, { planId: "gold", seats: 5 }), names)).toEqual({
    plans: { team: "Team", gold: "gold" },
    offers: {},
  });
  expect(withNames(idMarks("vault", null, { offerId: "insight", planId: "team" }), names)).toEqual({
    plans: { team: "Team" },
    offers: { insight: "Contoso Insight" },
  });
});

test("marks are found at any depth, each once", () => {
  const value = { rows: [{ words: planMark("team") }, { words: [planMark("team"), offerMark("insight")] }] };
  expect(marksIn(value)).toEqual([
    { offerId: null, planId: "team" },
    { offerId: "insight", planId: null },
  ]);
});

test("everything but marks stays unchanged", () => {
  const at = new Date(0);
  const bytes = Buffer.from(offerMark("insight"));
  expect(
    withNames(
      {
        at,
        bytes,
        none: null,
        count: 5,
        words: `⟨offer insight⟩ ${markStart}offer${markEnd} ${markStart}plans a${markEnd}`,
      },
      names,
    ),
  ).toEqual({
    at,
    bytes,
    none: null,
    count: 5,
    words: `⟨offer insight⟩ ${markStart}offer${markEnd} ${markStart}plans a${markEnd}`,
  });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      if (marksIn(value).length === 0) expect(withNames(value, names)).toEqual(value);
    }),
  );
});

test("a value keeps its marks: names are filled into a copy", () => {
  const value = { rows: [{ words: planMark("team"), at: new Date(0) }], note: "none", nothing: undefined };
  const filled = withNames(value, names);
  expect(filled).toEqual({ rows: [{ words: "Any team", at: new Date(0) }], note: "none", nothing: undefined });
  expect(Object.keys(filled)).toEqual(Object.keys(value));
  expect(marksIn(value)).toEqual([{ offerId: null, planId: "team" }]);
});

test("marks cannot be in text that others wrote", () => {
  const forged = `Contoso ${offerMark("vault")}`;
  expect(withNames(withoutControlCharacters(forged), names)).toBe("Contoso offer vault");
  expect(withNames(withoutMarks(forged), names)).toBe("Contoso \uFFFDoffer vault\uFFFD");
  expect(readText(forged)).toBe("Contoso offer vault");
  const json = JSON.stringify({ name: forged });
  const escaped = json.replaceAll(markStart, "\\uFDD0").replaceAll(markEnd, "\\ufdd1");
  for (const body of [json, escaped]) expect(marksIn(parseJson(body)), body).toEqual([]);
  expect(marksIn(storedAnswer(Buffer.from(forged)))).toEqual([]);
  expect(isStorable(forged)).toBe(false);
});

test("what has no marks is not copied, and what has is not changed", () => {
  const plain = { id: "a", money: { monthly: "12" }, actions: ["write"] };
  const marked = { id: "b", words: { rule: planMark("team") }, list: [[planMark("team")], plain] };
  const filled = withNames({ rows: [plain, marked] }, [{ offerId: null, planId: "team", name: "Team" }]);
  expect(filled.rows[0]).toBe(plain);
  expect(filled.rows[1]).toEqual({ id: "b", words: { rule: "Team" }, list: [["Team"], plain] });
  expect(marked.words.rule).toBe(planMark("team"));
  const rows = [plain];
  expect(withNames(rows, names)).toBe(rows);
});
