import { describe, expect, test } from "vitest";
import type { NeedView } from "../../shared/views/needs.ts";
import { recordResolution, withResolved } from "../../web/pages/home/recently-resolved.ts";

const need = (id: string) => ({ kind: "activation", id }) as NeedView;
const ids = (shown: ReturnType<typeof withResolved>) =>
  shown.map(({ need: { id }, resolved }) => (resolved ? `(${id})` : id));

describe("what has just left the list", () => {
  test("stands where it stood", () => {
    const left = [
      { need: need("c"), at: 2 },
      { need: need("a"), at: 0 },
    ];
    expect(ids(withResolved([need("b"), need("d")], left))).toEqual(["(a)", "b", "(c)", "d"]);
  });

  test("stands at the end when there is less than there was, and alone when it was the last", () => {
    expect(ids(withResolved([need("a")], [{ need: need("z"), at: 9 }]))).toEqual(["a", "(z)"]);
    expect(ids(withResolved([], [{ need: need("z"), at: 0 }]))).toEqual(["(z)"]);
  });

  test("is no longer gone when it has come back", () => {
    expect(ids(withResolved([need("a")], [{ need: need("a"), at: 0 }]))).toEqual(["a"]);
  });

  test("says what the person did with it, or that it waits no more", () => {
    recordResolution(need("mine"), { text: "Snoozed." });
    const [own, other] = withResolved(
      [],
      [
        { need: need("mine"), at: 0 },
        { need: need("other"), at: 1 },
      ],
    );
    expect(own?.resolved?.text).toBe("Snoozed.");
    expect(other?.resolved?.text).toBe("Resolved");
  });
});
