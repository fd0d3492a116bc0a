import { describe, expect, test } from "vitest";
import type { NeedView } from "../../shared/views/needs.ts";
import { recordResolution, withResolved } from "../../web/pages/home/recently-resolved.ts";

const need = (id: string) => ({ kind: "activation", id }) as NeedView;
const ids = (shown: ReturnType<typeof withResolved>) =>
  shown.map(({ need: { id }, resolved }) => (resolved ? `(${id})` : id));

describe("a need that was just resolved", () => {
  test("keeps its position", () => {
    const left = [
      { need: need("c"), at: 2 },
      { need: need("a"), at: 0 },
    ];
    expect(ids(withResolved([need("b"), need("d")], left))).toEqual(["(a)", "b", "(c)", "d"]);
  });

  test("is last if the list became shorter, and alone if it was the last one", () => {
    expect(ids(withResolved([need("a")], [{ need: need("z"), at: 9 }]))).toEqual(["a", "(z)"]);
    expect(ids(withResolved([], [{ need: need("z"), at: 0 }]))).toEqual(["(z)"]);
  });

  test("is not shown twice if it returns", () => {
    expect(ids(withResolved([need("a")], [{ need: need("a"), at: 0 }]))).toEqual(["a"]);
  });

  test("says what the person did, or that it is resolved", () => {
    recordResolution(need("mine"), { text: "Snoozed." });
    const [own, other] = withResolved(
      [],
      [
        { need: need("mine"), at: 0 },
        { need: need("other"), at: 1 },
      ],
    );
    expect(own?.resolved?.text).toBe("Snoozed.");
    expect(other?.resolved?.text).toBe("No longer in this list");
  });
});
