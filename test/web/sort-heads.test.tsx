import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import type { SubscriptionFilters } from "../../shared/filters.ts";
import { columnsOf } from "../../web/pages/subscriptions/columns.tsx";

scriptServer();

function Heads({ filters, isLong }: { filters: SubscriptionFilters; isLong: boolean }) {
  return columnsOf(["name", "owner", "status", "tenant"], filters, isLong).map(({ id, label, head }) => (
    <div key={id} role="columnheader" aria-sort={head?.sort}>
      {head?.content ?? label}
    </div>
  ));
}

const hrefOf = (name: string) => screen.getByRole("link", { name }).getAttribute("href");

test("a column without an index sorts a list that is not too long, and turns its order around", async () => {
  await show(<Heads filters={{ tag: "vip", sort: "owner", cursor: "x" }} isLong={false} />);
  const owner = await screen.findByRole("columnheader", { name: "Owner" });
  expect(owner.getAttribute("aria-sort")).toBe("ascending");
  expect(hrefOf("Owner")).toMatch(/tag=vip&sort=owner&order=desc$/);
  expect(hrefOf("Status")).toMatch(/sort=status&order=asc$/);
  expect(hrefOf("Tenant")).toMatch(/sort=tenant&order=asc$/);
});

test("in a list that is too long, its heading says what to filter, and the columns with an index still sort", async () => {
  await show(<Heads filters={{ sort: "name" }} isLong />);
  const head = await screen.findByRole("button", { name: "Owner" });
  expect(head.getAttribute("aria-disabled")).toBe("true");
  const reason = document.querySelector(`[id="${head.getAttribute("aria-describedby")}"]`);
  expect(reason?.textContent).toBe("Filter to at most 10,000 subscriptions to sort by owner.");
  expect(screen.queryByRole("link", { name: "Owner" })).toBeNull();
  expect(hrefOf("Subscription")).toMatch(/sort=name&order=desc$/);
  expect(screen.getByRole("columnheader", { name: "Subscription" }).getAttribute("aria-sort")).toBe("ascending");
});
