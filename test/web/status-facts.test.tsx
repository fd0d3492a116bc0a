import { screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { addDays, type Day, localDayOf } from "../../shared/day.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { StatusFacts } from "../../web/pages/subscription/status-facts.tsx";
import type { Subscription } from "../../web/trpc.ts";

scriptServer();

const ending = (termEndsOn: Day) =>
  ({
    access: "suspended",
    accessReason: "A payment failed.",
    autoRenews: true,
    isFreeTrial: false,
    status: "Suspended",
    statusSince: "2026-11-02T10:00:00.000Z",
    purchasedAt: "2025-11-28T10:00:00.000Z",
    termEndsOn,
    allowedCustomerOperations: [],
  }) as unknown as Subscription;

describe("the renewal of a subscription", () => {
  const today = localDayOf(Date.now());

  test.each([
    [addDays(today, -2), "Auto-renews, term ended"],
    [today, "Auto-renews, "],
    [addDays(today, 2), "Auto-renews, "],
  ])("with a term until %s says whether the term has ended", async (day, words) => {
    await show(<StatusFacts subscription={ending(day)} />);
    const fact = (await screen.findByText("Renewal")).nextElementSibling?.textContent;
    expect(fact?.startsWith(words)).toBe(true);
    expect(fact?.includes("ended")).toBe(words.includes("ended"));
  });
});
