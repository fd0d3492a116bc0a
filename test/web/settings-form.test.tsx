import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { defaultRetention } from "../../shared/retention.ts";
import { LostAnswer, scriptServer, show, signedInAs } from "../support/dashboard-parts.tsx";
import { RetentionPage } from "../../web/pages/retention/retention.tsx";
import { queryClient } from "../../web/trpc.ts";

const server = scriptServer();
const actor = { kind: "staff", name: "Test admin" };
let stored: object;

beforeEach(() => {
  stored = {
    version: 1,
    days: defaultRetention,
    actor,
    at: "2026-11-01T12:00:00.000Z",
    reason: "Start",
    lastRun: null,
  };
  server.answers["me.get"] = signedInAs({ role: "admin" });
  server.answers["retention.get"] = () => stored;
  server.answers["policyChanges.list"] = () => [];
});

const days = () => screen.findByLabelText<HTMLInputElement>(/^Raw deliveries/);
const reason = () => screen.findByLabelText<HTMLInputElement>("Reason");

/** The server stores what it is sent, or nothing, and the answer does not arrive. */
function loseAnswer({ isMade }: { isMade: boolean }) {
  server.answers["retention.set"] = ({
    reason: why,
    seenVersion: _,
    ...sent
  }: typeof defaultRetention & {
    reason: string;
    seenVersion: number;
  }) => {
    if (isMade) stored = { ...stored, version: 2, days: sent, reason: why };
    throw new LostAnswer();
  };
}

async function change(value: string) {
  fireEvent.change(await days(), { target: { value } });
  fireEvent.change(await reason(), { target: { value: "Storage is cheap" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
}

const sent = () => server.calls.filter(({ procedure }) => procedure === "retention.set").length;

describe("a form of settings whose change was made, but not answered", () => {
  test("no longer has input, and does not name the person as a colleague who was faster", async () => {
    loseAnswer({ isMade: true });
    server.answers["submissions.settle"] = () => ({ state: "done" });
    await show(<RetentionPage />);
    await change("500");
    await screen.findByText(/Your change was made; only the response was lost/);
    await screen.findByText(/Version 2 by/);
    expect((await days()).value).toBe("500");
    expect((await reason()).value).toBe("");
    expect(screen.queryByText(/has changed these settings/)).toBeNull();
    expect(localStorage.getItem("marketdesk.drafts")).toBeNull();
  });

  test("does the same if that is known only later, and sends nothing in between", async () => {
    loseAnswer({ isMade: true });
    let outcome = "running";
    server.answers["submissions.settle"] = () => ({ state: outcome });
    await show(<RetentionPage />);
    await change("500");
    await screen.findByText(/still being processed/);
    // The stream of changes brings what was stored before the outcome is known.
    await queryClient.invalidateQueries();
    await screen.findByText(/Version 2 by/);
    expect(screen.queryByText(/has changed these settings/)).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    outcome = "done";
    await screen.findByText(/Your change was made; only the response was lost/);
    await expect.poll(async () => (await reason()).value).toBe("");
    expect(localStorage.getItem("marketdesk.drafts")).toBeNull();
    expect(sent()).toBe(1);
  });

  test("keeps its input if the change was not made", async () => {
    loseAnswer({ isMade: false });
    server.answers["submissions.settle"] = () => ({ state: "withdrawn" });
    await show(<RetentionPage />);
    await change("500");
    await screen.findByText(/did not arrive, and nothing was changed/);
    expect((await days()).value).toBe("500");
    expect((await reason()).value).toBe("Storage is cheap");
    expect(localStorage.getItem("marketdesk.drafts")).toContain("Storage is cheap");
  });
});

test("a preview of a deletion is shown only with the days that it is of", async () => {
  server.answers["retention.preview"] = () =>
    Object.fromEntries(Object.keys(defaultRetention).map((kind) => [kind, { count: 7, isMore: false }]));
  await show(<RetentionPage />);
  await days();
  fireEvent.click(screen.getByRole("button", { name: "Preview deletion" }));
  await screen.findAllByText(/7 would be deleted tonight/);
  // A colleague saves: the fields follow.
  stored = { ...stored, version: 2, days: { ...defaultRetention, deliveries: 90 } };
  await queryClient.invalidateQueries();
  await screen.findByText(/Version 2 by/);
  expect((await days()).value).toBe("90");
  expect(screen.queryByText(/would be deleted tonight/)).toBeNull();
});

test("says to a viewer why deletion can be neither previewed nor changed", async () => {
  server.answers["me.get"] = signedInAs({ role: "viewer" });
  await show(<RetentionPage />);
  await days();
  for (const name of ["Preview deletion", "Save"]) {
    const button = screen.getByRole<HTMLButtonElement>("button", { name });
    const reason = document.getElementById(button.getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent, name).toBe("Only an admin can change data retention.");
    fireEvent.click(button);
  }
  expect(server.calls.some(({ procedure }) => /preview|set$/.test(procedure))).toBe(false);
});
