import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { UsageRow } from "../../shared/views/usage.ts";
import { DecideDialog } from "../../web/pages/usage/decide-dialog.tsx";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

scriptServer();

const rejected: UsageRow = {
  id: "hour",
  subscriptionId: "one",
  subscriptionName: "Contoso Vault",
  dimension: "storage",
  dimensionName: "Storage",
  unit: "GB",
  planId: "basic",
  hour: "2026-12-01T01:00:00.000Z",
  state: "rejected",
  usage: "84",
  carried: "0",
  billable: "84",
  isCounted: true,
  accepted: null,
  price: null,
  lost: "0",
  late: "0",
  problem: "BadArgument",
  detail: "Microsoft refused it.",
  expiresAt: "2026-12-02T01:00:00.000Z",
  nextAt: null,
};

test.each([
  ["once, as its own sentence", rejected, "Microsoft refused it."],
  ["after our words for it", { ...rejected, problem: "InvalidQuantity" }, "Microsoft refused the quantity."],
])("the decision on rejected usage gives the reason %s", async (_, row, reason) => {
  await show(<DecideDialog row={row} onClose={() => {}} />);
  const dialog = await screen.findByRole("dialog");
  const text = dialog.textContent;
  expect(text).toContain(`Microsoft would bill 84 GB. ${reason}`);
  expect(text).not.toContain("..");
  expect(text.split("Microsoft refused it.")).toHaveLength(2);
});
