import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { bulkRunWith } from "../support/bulk-run.ts";
import { scriptServer, show, signedInAs } from "../support/dashboard-parts.tsx";
import { ActivityEntry } from "../../web/components/activity-entry.tsx";
import { BulkPage } from "../../web/pages/bulk/bulk.tsx";
import { BulkRunsPage } from "../../web/pages/bulk/bulk-runs.tsx";
import type { ActivityView } from "../../shared/views/history.ts";

const server = scriptServer();

/** The button that stops a running bulk run of someone else's, and what it sends. */
async function stopOf(role: "operator" | "admin") {
  server.answers["me.get"] = signedInAs({ role });
  server.answers["bulk.get"] = () => bulkRunWith({ state: "running", byName: "Omar Haddad", isMine: false });
  server.answers["bulk.rows"] = () => ({ rows: [], nextCursor: null });
  server.answers["bulk.stop"] = () => null;
  await show(<BulkPage />, { path: "/bulk/$id", at: "/bulk/run" });
  const button = await screen.findByRole("button", { name: "Stop" });
  return { button, stops: () => server.calls.filter(({ procedure }) => procedure === "bulk.stop") };
}

describe("a bulk run of someone else's", () => {
  test("can be stopped by an admin", async () => {
    const { button, stops } = await stopOf("admin");
    await screen.findByText("Running. You can leave this page.");
    fireEvent.click(button);
    await screen.findByText("Stopped");
    expect(stops()).toMatchObject([{ input: { id: "run" } }]);
  });

  test("says to an operator who can stop it, and sends nothing", async () => {
    const { button, stops } = await stopOf("operator");
    await screen.findByText("Only Omar Haddad or an admin can stop this run.");
    fireEvent.click(button);
    expect(stops()).toEqual([]);
  });
});

test("a bulk run that has ended counts each subscription once, and says that some failed", async () => {
  const counts = { ready: 0, refused: 0, done: 25, failed: 5 };
  server.answers["bulk.get"] = () => bulkRunWith({ state: "finished", total: 30, counts, failedLater: 3 });
  server.answers["bulk.rows"] = () => ({ rows: [], nextCursor: null });
  await show(<BulkPage />, { path: "/bulk/$id", at: "/bulk/run" });
  await screen.findByText("Completed, some failed.");
  await screen.findByText("25 done · 5 failed (3 at Microsoft) · 0 to do · 0 skipped");
  await screen.findByRole("button", { name: "Retry the 5 that failed" });
});

test("a stopped bulk run that continues is announced as resumed", async () => {
  server.answers["me.get"] = signedInAs({ role: "operator" });
  server.answers["bulk.get"] = () => bulkRunWith({ state: "stopped", stopReason: "Stopped by Test operator." });
  server.answers["bulk.rows"] = () => ({ rows: [], nextCursor: null });
  server.answers["bulk.start"] = () => null;
  await show(<BulkPage />, { path: "/bulk/$id", at: "/bulk/run" });
  fireEvent.click(await screen.findByRole("button", { name: "Resume: 2 subscriptions" }));
  await screen.findByText("Resumed");
});

test("the audit entry of a bulk run that has ended says its numbers once", async () => {
  const summary = "Suspend access: 8 completed, 0 failed, 1 skipped";
  const entry = {
    id: "a-1",
    at: "2026-11-20T10:00:00.000Z",
    kind: "bulk.finished",
    summary,
    note: null,
    actor: { kind: "staff", name: "Test operator" },
    before: null,
    after: { done: 8, refused: 1 },
    reason: null,
    reasonCode: null,
    names: { plans: {}, offers: {} },
  } as unknown as ActivityView;
  await show(<ActivityEntry entry={entry} showSubscription={false} />);
  await screen.findByText(summary);
  expect(screen.queryByText(/refused/)).toBeNull();
});

test("the list of bulk runs, while empty, says in whole words how to begin one", async () => {
  server.answers["me.get"] = signedInAs({ role: "operator" });
  server.answers["bulk.list"] = () => ({ rows: [], nextCursor: null });
  await show(<BulkRunsPage />, { path: "/bulk", at: "/bulk" });
  const link = await screen.findByRole("link", { name: "subscriptions" });
  expect(link.parentElement?.textContent).toContain("Select subscriptions and choose");
});
