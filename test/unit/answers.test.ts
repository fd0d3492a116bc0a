// cspell:words Frage Größe
import { describe, expect, test } from "vitest";
import { readAnswers, readAnswersByStaff, typedFrom } from "../../server/domain/answers.ts";
import { type Question, questionList } from "../../shared/questions.ts";

const base = { isRequired: false, label: { en: "Q" }, help: {}, min: null, max: null, options: [] };
const text: Question = { ...base, id: "text", kind: "text", min: 2, max: 5 };
const number: Question = { ...base, id: "number", kind: "number", min: 1, max: 100 };
const date: Question = { ...base, id: "date", kind: "date", min: "2026-01-01", max: "2026-12-31" };
const consent: Question = { ...base, id: "consent", kind: "consent" };
const option = (id: string) => ({ id, label: { en: id } });
const choice: Question = { ...base, id: "choice", kind: "choice", options: [option("a"), option("b")] };
const all = [text, number, date, consent, choice];

const answerTo = (question: Question, typed: string) => {
  const { answers, problems } = readAnswers([question], { [question.id]: typed });
  return problems.get(question.id)?.kind ?? answers[0]?.answer;
};

describe("an answer", () => {
  test("to a question whose ID is a property of all objects is missing until it is given", () => {
    const question = { ...text, id: "constructor", isRequired: true };
    expect(readAnswers([question], {}).problems.get("constructor")?.kind).toBe("missing");
    expect(answerTo(question, "abc")).toBe("abc");
  });

  test.each([
    [text, "abc", "abc"],
    [text, "a", "tooShort"],
    [text, "abcdef", "tooLong"],
    [text, "", undefined],
    [number, "12.5", 12.5],
    [number, "0", "tooSmall"],
    [number, "101", "tooLarge"],
    [number, "1e9", "numberWrong"],
    [number, "Infinity", "numberWrong"],
    [number, "9".repeat(400), "numberWrong"],
    [date, "2026-06-30", "2026-06-30"],
    [date, "2025-12-31", "tooEarly"],
    [date, "2027-01-01", "tooLate"],
    [date, "2026-02-30", "dateWrong"],
    [date, "tomorrow", "dateWrong"],
    [choice, "b", "b"],
    [choice, "c", "choiceWrong"],
    [choice, "__proto__", "choiceWrong"],
    [consent, "yes", true],
    [consent, "", false],
  ])("to %o typed as %j is %j", (question, typed, answer) => {
    expect(answerTo(question, typed)).toBe(answer);
  });

  test.each(all)("that is required is missed if it is empty (%o)", (question) => {
    const kind = question.kind === "consent" ? "consentMissing" : "missing";
    expect(answerTo({ ...question, isRequired: true }, "")).toBe(kind);
  });

  test("keeps its question in English and is shown again as it was typed", () => {
    const { answers } = readAnswers(all, { text: "abc", number: "7", consent: "yes", choice: "a", other: "x" });
    expect(answers).toContainEqual({ id: "number", question: "Q", answer: 7 });
    expect(typedFrom(answers)).toEqual({ text: "abc", number: "7", consent: "true", choice: "a" });
  });
});

describe("a list of questions", () => {
  test.each([
    ["two of the same ID", [text, text]],
    ["a question without English", [{ ...text, label: { de: "Frage" } }]],
    ["an unknown language", [{ ...text, label: { en: "Q", xx: "Q" } }]],
    ["a choice with one answer", [{ ...choice, options: [option("a")] }]],
    ["answers of a text", [{ ...text, options: [option("a"), option("b")] }]],
    ["a number as the limit of a date", [{ ...date, min: 3 }]],
    ["a day as the limit of a number", [{ ...number, max: "2026-01-01" }]],
    ["limits in the wrong order", [{ ...number, min: 3, max: 2 }]],
    ["an ID with other letters", [{ ...text, id: "Größe" }]],
    ["too many", Array.from({ length: 13 }, (_, index) => ({ ...text, id: `q${index}` }))],
  ])("is refused with %s", (_what, questions) => {
    expect(questionList.safeParse(questions).success).toBe(false);
  });

  test("is accepted with one of each kind", () => {
    expect(questionList.safeParse(all).success).toBe(true);
  });
});

describe("answers by staff", () => {
  const required = all.map((question) => ({ ...question, isRequired: true }));
  const answered = [{ id: "text", question: "Q", answer: "abc" }];

  test("can leave open what was not answered, even if it is required, and say nothing of a consent", () => {
    const { answers, problems } = readAnswersByStaff(required, { number: "5" }, []);
    expect(answers).toEqual([{ id: "number", question: "Q", answer: 5 }]);
    expect(problems.size).toBe(0);
    expect(readAnswersByStaff(all, {}, []).answers).toEqual([]);
  });

  test("are checked like the purchaser's, and cannot empty a required answer", () => {
    expect(readAnswersByStaff(required, { number: "0" }, []).problems.get("number")?.kind).toBe("tooSmall");
    expect(readAnswersByStaff(required, {}, answered).problems.get("text")?.kind).toBe("missing");
    expect([...readAnswersByStaff(required, {}, answered).problems.keys()]).toEqual(["text"]);
  });
});
