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

describe("an action on several items", () => {
  test("is done for all of them", async () => {
    const { outcome } = await tried({});
    expect(outcome).toEqual({ done: 3, left: 0, problem: null });
    expect(allDoneText({ done: 3, left: 0, problem: null }, "item", "snoozed")).toBe("3 items snoozed");
  });

  test("continues after a refused item, and says why it was refused", async () => {
    const { asked, outcome } = await tried({ first: refusal("It was resolved.") });
    expect(asked).toEqual(["first", "second", "third"]);
    expect(outcome).toEqual({ done: 2, left: 1, problem: "It was resolved." });
    expect(allDoneText({ done: 2, left: 1, problem: "It was resolved." }, "item", "done")).toBe(
      "2 items done, 1 not: It was resolved.",
    );
  });

  test("stops when the server does not answer, and says how many items were done", async () => {
    const { asked, outcome } = await tried({ second: TRPCClientError.from(new NotSentError()) });
    expect(asked).toEqual(["first", "second"]);
    expect(outcome).toMatchObject({ done: 1, left: 2, problem: expect.stringContaining("offline") });
  });

  test("fails with the first error if no item could be done", async () => {
    const { outcome } = await tried({ first: refusal("One."), second: refusal("Two."), third: refusal("Three.") });
    expect(outcome).toBe("One.");
  });
});
