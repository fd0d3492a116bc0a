import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { useRows } from "../../web/components/table/use-rows.ts";
import { queryClient } from "../../web/trpc.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

scriptServer();

type Row = { id: string; state: string };

const filters = { state: "failed" };

/** What the server has now, by cursor. */
let stored: Record<string, Row[]>;
const cursors = ["first", "1", "2", "3", "4"];
const nextCursor = (of: string) => cursors[cursors.indexOf(of) + 1];

function List() {
  const list = useRows<Row>(
    {
      procedure: "bulk.rows",
      filters,
      page: async (cursor = "first") => {
        const next = nextCursor(cursor);
        return { rows: stored[cursor] ?? [], nextCursor: next !== undefined && stored[next] ? next : null };
      },
      subscriptionOf: ({ id }) => id,
      readPosition: () => 0,
    },
    () => false,
  );
  return <output aria-label="Rows">{list.rows?.map(({ id, state }) => `${id} ${state}`).join(", ")}</output>;
}

/** Opens the list with older rows, which are read again. */
async function openWithPages(count: number) {
  const pages = cursors.slice(0, count).map((cursor, at) => ({
    rows: [`${at}a`, `${at}b`].map((id) => ({ id, state: "failed" })),
    nextCursor: at + 1 < count ? nextCursor(cursor) : null,
  }));
  const pageParams = cursors.slice(0, count).map((cursor) => (cursor === "first" ? undefined : cursor));
  queryClient.setQueryData([["rows"], "bulk.rows", filters], { pages, pageParams }, { updatedAt: Date.now() - 60_000 });
  await show(<List />);
}

const shown = () => screen.getByLabelText("Rows").textContent;

beforeEach(() => {
  stored = {};
});

test.each([1, 3])(
  "rows that no longer match the filter leave a list with %i of its pages loaded, in a fixed order",
  async (count) => {
    for (const [at, cursor] of cursors.slice(0, count).entries()) stored[cursor] = [{ id: `${at}b`, state: "failed" }];
    await openWithPages(count);
    const left = cursors.slice(0, count).map((_, at) => `${at}b failed`);
    await waitFor(() => expect(shown()).toBe(left.join(", ")));
  },
);

test("a long list in a fixed order keeps its rows, and shows how they are now", async () => {
  for (const [at, cursor] of cursors.entries()) stored[cursor] = [{ id: `${at}b`, state: "changed" }];
  await openWithPages(5);
  await waitFor(() => expect(shown()).toMatch(/^0a failed, 0b changed, 1a failed, 1b changed/));
  expect(shown()?.split(", ")).toHaveLength(10);
});
