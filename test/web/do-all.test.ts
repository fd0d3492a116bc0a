import { TRPCClientError } from "@trpc/client";
import { describe, expect, test } from "vitest";
import { allDoneText, doAll } from "../../web/pages/home/do-all.ts";
import { NotSentError } from "../../web/sending/send-error.ts";

const refusal = (message: string) =>
  TRPCClientError.from({ error: { code: -32_600, message, data: { code: "BAD_REQUEST" } } });

/** Does items and refuses those with a message. */
async function tried(refusals: Record<string, Error>) {
  const asked: string[] = [];
  const outcome = await doAll(["first", "second", "third"], async (item) => {
    asked.push(item);
    if (refusals[item]) throw refusals[item];
  }).catch((error: Error) => error.message);
  return { asked, outcome };
}

describe("what is done with several items", () => {
  test("is done with all of them", async () => {
    const { outcome } = await tried({});
    expect(outcome).toEqual({ done: 3, left: 0, problem: null });
    expect(allDoneText({ done: 3, left: 0, problem: null }, "item", "snoozed")).toBe("3 items snoozed");
  });

  test("is done with the others if one is refused, and says why", async () => {
    const { asked, outcome } = await tried({ first: refusal("It was resolved.") });
    expect(asked).toEqual(["first", "second", "third"]);
    expect(outcome).toEqual({ done: 2, left: 1, problem: "It was resolved." });
    expect(allDoneText({ done: 2, left: 1, problem: "It was resolved." }, "item", "done")).toBe(
      "2 items done, 1 not: It was resolved.",
    );
  });

  test("ends without an answer, and does not say that nothing was done", async () => {
    const { asked, outcome } = await tried({ second: TRPCClientError.from(new NotSentError()) });
    expect(asked).toEqual(["first", "second"]);
    expect(outcome).toMatchObject({ done: 1, left: 2, problem: expect.stringContaining("offline") });
  });

  test("fails with the first reason if it cannot be done with any", async () => {
    const { outcome } = await tried({ first: refusal("One."), second: refusal("Two."), third: refusal("Three.") });
    expect(outcome).toBe("One.");
  });
});
