import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitColumns, keepWidest } from "../../web/components/table/column-widths.ts";

const columns = [{ id: "name", minWidth: 150 }, { id: "plan" }, { id: "owner", minWidth: 80 }];

describe("the widths of columns", () => {
  test("are those of their content, and what is left over goes to those that may shrink", () => {
    expect(fitColumns(columns, { name: 200, plan: 120, owner: 100 }, {}, 500)).toEqual({
      name: 240,
      plan: 120,
      owner: 140,
    });
  });

  test("use spare room first where content is longer than usual", () => {
    const natural = { name: 620, plan: 120, owner: 100 };
    expect(fitColumns(columns, natural, {}, 740)).toEqual({ name: 520, plan: 120, owner: 100 });
    expect(fitColumns(columns, natural, {}, 900)).toEqual({ name: 650, plan: 120, owner: 130 });
    expect(fitColumns(columns, { name: 420, plan: 120, owner: 520 }, {}, 910)).toEqual({
      name: 370,
      plan: 120,
      owner: 420,
    });
    expect(fitColumns(columns, natural, { name: 60 }, 500)).toMatchObject({ name: 60 });
  });

  test("use spare room for a long text in a column that may not shrink", () => {
    const natural = { name: 200, plan: 584, owner: 100 };
    expect(fitColumns(columns, natural, {}, 620)).toEqual({ name: 200, plan: 320, owner: 100 });
    expect(fitColumns(columns, natural, {}, 752)).toEqual({ name: 200, plan: 452, owner: 100 });
    expect(fitColumns(columns, natural, {}, 984)).toEqual({ name: 250, plan: 584, owner: 150 });
  });

  test("shrink only where a column may, in proportion, and never below its minimum", () => {
    expect(fitColumns(columns, { name: 250, plan: 120, owner: 130 }, {}, 425)).toEqual({
      name: 200,
      plan: 120,
      owner: 105,
    });
    expect(fitColumns(columns, { name: 250, plan: 120, owner: 130 }, {}, 100)).toEqual({
      name: 150,
      plan: 120,
      owner: 80,
    });
  });

  test("that a person has set stay as they are", () => {
    expect(fitColumns(columns, { name: 250, plan: 120, owner: 130 }, { name: 60 }, 400)).toMatchObject({
      name: 60,
      plan: 120,
    });
  });

  test("never cut a column that may not shrink, and use the room without exceeding it", () => {
    const width = fc.integer({ min: 30, max: 320 });
    const long = fc.integer({ min: 30, max: 900 });
    fc.assert(
      fc.property(
        fc.record({ name: long, plan: width, owner: long }),
        fc.integer({ min: 0, max: 2_000 }),
        (natural, room) => {
          const widths = fitColumns(columns, natural, {}, room);
          const total = Object.values(widths).reduce((sum, one) => sum + one, 0);
          const min = Math.min(150, natural.name) + natural.plan + Math.min(80, natural.owner);
          expect(widths["plan"]).toBe(natural.plan);
          expect(total).toBeLessThanOrEqual(Math.max(room, min));
          expect(total).toBeGreaterThanOrEqual(Math.min(room, min) - 3);
        },
      ),
    );
  });

  test("are the widest of a list so far, because fewer rows may be measured when someone returns", () => {
    expect(keepWidest("activity", { what: 300, why: 219 })).toEqual({ what: 300, why: 219 });
    expect(keepWidest("activity", { what: 347, why: 90 })).toEqual({ what: 347, why: 219 });
    expect(keepWidest("activity", { what: 90, why: 220 })).toEqual({ what: 347, why: 220 });
    expect(keepWidest("operations", { what: 90 })).toEqual({ what: 90 });
  });
});
