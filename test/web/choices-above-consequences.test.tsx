import { screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { StaffAction } from "../../shared/lifecycle.ts";
import { ActionDialog } from "../../web/pages/subscription/action-dialog.tsx";
import type { Subscription } from "../../web/trpc.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const server = scriptServer();

const subscription = {
  id: "s-1",
  name: "Contoso Cloud",
  status: "Subscribed",
  planName: "Team",
  quantity: 11,
  plan: { price: null },
  isFreeTrial: false,
  isReseller: false,
  autoRenews: true,
  termUnit: "P1M",
  termEndsOn: null,
  purchasedAt: null,
  hold: { byName: "Omar Haddad", reason: "Fraud" },
} as unknown as Subscription;

describe("a field that changes the consequences of an action", () => {
  test.each([
    ["changeQuantity", "textbox", "Seats"],
    ["changePlan", "radio", "Business"],
    ["suspend", "radio", "On a day"],
    ["reinstate", "radio", "On a day"],
  ] as const)("is above them: %s", async (action: StaffAction, role, name) => {
    server.answers["subscriptions.askPlans"] = () => [
      { planId: "team", name: "Team", isCurrent: true, isPrivate: false, price: null, description: null },
      { planId: "business", name: "Business", isCurrent: false, isPrivate: false, price: null, description: null },
    ];
    await show(<ActionDialog action={action} subscription={subscription} onClose={() => {}} />);
    const field = await screen.findByRole(role, { name, hidden: true });
    const consequences = await screen.findByText("Who is notified");
    expect(field.compareDocumentPosition(consequences) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });
});
