import { describe, expect, test } from "vitest";
import type { NeedView } from "../../shared/views/needs.ts";
import { linesOf, selectNeeds } from "../../web/pages/home/need-selection.ts";

const need = (id: string, part: Partial<NeedView> = {}) =>
  ({ kind: "stuck", id, what: "Change failed", cause: null, owner: null, offerId: "insight", ...part }) as NeedView;
const listed = (needs: NeedView[]) => needs.map((one) => ({ need: one, resolved: null }));
const many = (count: number, part: Partial<NeedView>) =>
  Array.from({ length: count }, (_, at) => need(`${part.cause}-${at}`, part));

describe("the list of needs", () => {
  test("shows the chosen kind, owner and offer", () => {
    const ada = { id: "ada", name: "Ada" };
    const all = [need("a", { owner: ada }), need("b", { kind: "answer" }), need("c", { offerId: null })];
    const ids = (selection: Parameters<typeof selectNeeds>[1]) =>
      selectNeeds(all, selection, "ada").map(({ id }) => id);
    expect(ids({})).toEqual(["a", "b", "c"]);
    expect(ids({ kind: "answer" })).toEqual(["b"]);
    expect(ids({ owner: "me" })).toEqual(["a"]);
    expect(ids({ owner: "none", offer: "insight" })).toEqual(["b"]);
  });

  test("shows what has at least an amount, in one currency", () => {
    const all = [
      need("a", { money: { currency: "USD", monthly: "99.99" } }),
      need("b", { money: { currency: "USD", monthly: "100" } }),
      need("c", { money: { currency: "EUR", monthly: "5000" } }),
      need("d", { money: null }),
    ];
    const ids = (money: string) => selectNeeds(all, { money }, "ada").map(({ id }) => id);
    expect(ids("USD 100")).toEqual(["b"]);
    expect(ids("USD 0")).toEqual(["a", "b"]);
    expect(ids("EUR 1000")).toEqual(["c"]);
  });

  test("has one line for many of one kind and cause, where the most urgent of them is", () => {
    const timeouts = many(10, { cause: "Microsoft did not respond" });
    const [urgent, ...others] = timeouts;
    const lines = linesOf(listed([urgent as NeedView, need("other"), ...others, ...many(9, { cause: "Refused" })]));
    expect(lines.map(({ group }) => group.length)).toEqual([10, ...Array<number>(10).fill(1)]);
    expect(lines[1]?.group[0]?.need.id).toBe("other");
  });
});
