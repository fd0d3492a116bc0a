import { describe, expect, test } from "vitest";
import type { NeedView } from "../../shared/views/needs.ts";
import { noteDeed, withGone } from "../../web/pages/home/recently-resolved.ts";

const need = (id: string) => ({ kind: "activation", id }) as NeedView;
const ids = (shown: ReturnType<typeof withGone>) => shown.map(({ need: { id }, gone }) => (gone ? `(${id})` : id));

describe("what has just left the list", () => {
  test("stands where it stood", () => {
    const left = [
      { need: need("c"), at: 2 },
      { need: need("a"), at: 0 },
    ];
    expect(ids(withGone([need("b"), need("d")], left))).toEqual(["(a)", "b", "(c)", "d"]);
  });

  test("stands at the end when there is less than there was, and alone when it was the last", () => {
    expect(ids(withGone([need("a")], [{ need: need("z"), at: 9 }]))).toEqual(["a", "(z)"]);
    expect(ids(withGone([], [{ need: need("z"), at: 0 }]))).toEqual(["(z)"]);
  });

  test("is no longer gone when it has come back", () => {
    expect(ids(withGone([need("a")], [{ need: need("a"), at: 0 }]))).toEqual(["a"]);
  });

  test("says what the person did with it, or that it waits no more", () => {
    noteDeed(need("mine"), { words: "Snoozed." });
    const [mine, other] = withGone(
      [],
      [
        { need: need("mine"), at: 0 },
        { need: need("other"), at: 1 },
      ],
    );
    expect(mine?.gone?.words).toBe("Snoozed.");
    expect(other?.gone?.words).toMatch(/waits for nobody/);
  });
});
