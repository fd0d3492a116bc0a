import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { bulkRunWith } from "../support/bulk-run.ts";
import { scriptServer, show, signedInAs } from "../support/dashboard-parts.tsx";
import { BulkPage } from "../../web/pages/bulk/bulk.tsx";

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
