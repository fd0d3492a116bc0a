import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { bulkRunWith } from "../support/bulk-run.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import type { EndpointView } from "../../shared/views/endpoints.ts";
import type { OperationView } from "../../shared/views/operations.ts";
import { BulkPage } from "../../web/pages/bulk/bulk.tsx";
import { EndpointPage } from "../../web/pages/endpoints/endpoint.tsx";
import { OperationPage } from "../../web/pages/operation/operation.tsx";
import { queryClient, trpc } from "../../web/trpc.ts";

const server = scriptServer();

const at = "2026-11-28T12:00:00.000Z";
const operation: Omit<OperationView, "id"> = {
  marketplaceId: "m-1",
  subscriptionId: "s-1",
  subscriptionName: "Fabrikam",
  action: "ChangeQuantity",
  source: "Azure",
  stage: "verified",
  status: "InProgress",
  outcome: null,
  planId: null,
  planName: null,
  quantity: 8,
  decision: null,
  decisionReason: null,
  decisionRuleVersion: null,
  answerDueAt: null,
  acknowledgedAt: null,
  actor: { kind: "marketplace", name: "Microsoft" },
  approvedByName: null,
  reason: null,
  attempts: 1,
  lastError: null,
  isStuck: false,
  createdAt: at,
  updatedAt: at,
  settledAt: null,
};
const endpoint: Omit<EndpointView, "id" | "name"> = {
  address: "https://contoso.example/events",
  eventTypes: null,
  offerIds: null,
  state: "active",
  stateReason: null,
  stateSince: at,
  failingSince: null,
  nextAttemptAt: null,
  deliveredAt: null,
  waiting: 0,
  waitingSince: null,
  failed: 0,
  resending: 0,
  secretChangedAt: at,
  previousSecretEndsAt: null,
  createdByName: "Test admin",
  createdAt: at,
  version: "1",
  changed: null,
};

describe("what belongs to one record is gone with the next one", () => {
  test("the dry run of an operation", async () => {
    server.answers["operations.trace"] = ({ id }: { id: string }) => ({
      operation: { ...operation, id, quantity: id === "first" ? 8 : 20 },
      deliveries: [],
      claimedAt: null,
      steps: [],
      activity: [],
    });
    server.answers["operations.dryRun"] = () => ({ changes: ["Seats changed from 5 to 8"], status: "Succeeded" });
    const page = await show(<OperationPage />, { path: "/operations/$id", at: "/operations/first" });
    fireEvent.click(await screen.findByRole("button", { name: "Dry run" }));
    await screen.findByText("Seats changed from 5 to 8");
    // As after a look at the second one: nothing is loading in between.
    await queryClient.prefetchQuery(trpc.operations.trace.queryOptions({ id: "second" }));
    page.goTo("/operations/second");
    await screen.findByRole("heading", { name: /20/ });
    expect(screen.queryByText("Seats changed from 5 to 8")).toBeNull();
  });

  test("the result of an endpoint's test", async () => {
    server.answers["endpoints.list"] = () => [
      { ...endpoint, id: "first", name: "Production" },
      { ...endpoint, id: "second", name: "Staging" },
    ];
    const result = { isDelivered: false, status: 503, problem: "The endpoint is down.", durationMs: 20, answer: null };
    server.answers["endpoints.test"] = () => ({ ...result, messageRow: 7 });
    const page = await show(<EndpointPage />, { path: "/settings/endpoints/$id", at: "/settings/endpoints/first" });
    fireEvent.click(await screen.findByRole("button", { name: "Send test" }));
    await screen.findByText(/The endpoint is down/);
    page.goTo("/settings/endpoints/second");
    await screen.findByRole("heading", { name: "Staging" });
    expect(screen.queryByText(/The endpoint is down/)).toBeNull();
  });

  test("the confirmation of a bulk cancellation", async () => {
    server.answers["bulk.get"] = ({ id }: { id: string }) =>
      bulkRunWith({
        id,
        title: `Cancel the ${id}`,
        action: { kind: "cancel", reason: "The offer ends", reasonCode: null },
      });
    server.answers["bulk.rows"] = () => ({ rows: [], nextCursor: null });
    const page = await show(<BulkPage />, { path: "/bulk/$id", at: "/bulk/first" });
    const confirmation = () => screen.findByRole<HTMLInputElement>("textbox", { name: /to confirm/ });
    fireEvent.change(await confirmation(), { target: { value: "cancel 2 subscriptions" } });
    await queryClient.prefetchQuery(trpc.bulk.get.queryOptions({ id: "second" }));
    page.goTo("/bulk/second");
    await screen.findByRole("heading", { name: /Cancel the second/ });
    expect((await confirmation()).value).toBe("");
  });
});
