import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { useSelection } from "../../web/components/table/selection.ts";
import type { RowCount } from "../../web/components/table/table-footer.tsx";
import { isTooLongToSort } from "../../web/components/table/too-many-to-sort.tsx";
import { BulkBar } from "../../web/pages/subscriptions/bulk-bar.tsx";

scriptServer();

function Bar({ total }: { total: RowCount }) {
  const selection = useSelection("all");
  return (
    <>
      <button type="button" onClick={() => selection.choose(["a", "b"])}>
        Select both
      </button>
      <BulkBar selection={selection} loaded={["a", "b"]} filters={{ q: "fabrikam" }} total={total} />
    </>
  );
}

async function selectAll(total: RowCount, label: string) {
  await show(<Bar total={total} />);
  fireEvent.click(await screen.findByRole("button", { name: "Select both" }));
  fireEvent.click(await screen.findByRole("button", { name: label }));
}

const changeSeats = () => screen.findByRole("button", { name: "Change seats" });

describe("a bulk action on all that match", () => {
  test("says how many they are", async () => {
    await selectAll({ count: 37, isMore: false }, "Select all 37 matching");
    await screen.findByText("All 37 matching subscriptions");
    fireEvent.click(await changeSeats());
    await screen.findByRole("dialog", { name: "Change seats: 37 subscriptions" });
  });

  test("is possible on more than are counted, and says so", async () => {
    await selectAll({ count: 1_000, isMore: true }, "Select all 1,000+ matching");
    await screen.findByText("All 1,000 matching subscriptions or more");
    fireEvent.click(await changeSeats());
    await screen.findByRole("dialog", { name: "Change seats: more than 1,000 subscriptions" });
  });

  test("is offered also where more are loaded than are counted", async () => {
    await selectAll({ count: 1, isMore: true }, "Select all 1+ matching");
  });

  test("says what to do about more than one action can change", async () => {
    await selectAll({ count: 10_000, isMore: true }, "Select all 10,000+ matching");
    await screen.findByText("All 10,000 matching subscriptions or more");
    expect((await changeSeats()).getAttribute("aria-disabled")).toBe("true");
  });
});

test("a list is too long to sort only if it is known to be", () => {
  const counts = [undefined, 9_000, 10_000, 10_001].map((count) => count && { count, isMore: false });
  expect(counts.map((count) => isTooLongToSort(count || undefined))).toEqual([false, false, false, true]);
  expect([1_000, 10_000].map((count) => isTooLongToSort({ count, isMore: true }))).toEqual([false, true]);
});
