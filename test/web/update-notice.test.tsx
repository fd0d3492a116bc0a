/** The notice that the server was updated after the page was loaded. */
import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { confirmMs } from "../../web/live/other-build.ts";
import { read } from "../../web/live/read.ts";
import { checkServer, recordResponse } from "../../web/live/server-connection.ts";
import { UpdateNotice } from "../../web/shell/update-notice.tsx";
import { client } from "../../web/trpc.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const text = /^A new version is available\./;
scriptServer();

const answerOf = (build: string | null) =>
  Response.json({ result: { data: null } }, { headers: build === null ? {} : { "x-marketdesk-build": build } });

async function answer(build: string | null): Promise<void> {
  vi.mocked(fetch).mockResolvedValueOnce(answerOf(build));
  await act(async () => void (await read("/trpc/me.get")));
}

const passes = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const isShown = () => screen.queryByText(text) !== null;

beforeEach(async () => {
  document.documentElement.dataset["build"] = "own";
  await show(<UpdateNotice />);
  vi.useFakeTimers();
  await answer("own");
});
afterEach(() => {
  delete document.documentElement.dataset["build"];
});

describe("a page of an earlier build", () => {
  test("offers a reload once only another build answers", async () => {
    await answer("next");
    await passes(confirmMs - 1);
    expect(isShown()).toBe(false);
    await passes(1);
    expect(isShown()).toBe(true);
    expect(screen.getByRole("button", { name: "Reload" })).toBeTruthy();
    // It lasts.
    await passes(600_000);
    await answer("next");
    expect(isShown()).toBe(true);
  });

  test("offers none while instances of both builds answer, as during a rolling upgrade", async () => {
    for (let time = 0; time < 10; time += 1) {
      await answer("next");
      await passes(confirmMs / 2);
      await answer("own");
      await passes(confirmMs / 2);
    }
    expect(isShown()).toBe(false);
    await answer("next");
    await passes(confirmMs);
    expect(isShown()).toBe(true);
  });
});

test("a page that an instance of another build answered first takes the notice back", async () => {
  await answer("former");
  await passes(confirmMs);
  expect(isShown()).toBe(true);
  await answer("own");
  expect(isShown()).toBe(false);
});

test("a page that cannot reach the server offers no reload, which would lose it, until it can", async () => {
  await answer("next");
  await passes(confirmMs);
  vi.mocked(fetch).mockRejectedValueOnce(new TypeError("Failed to fetch"));
  await act(async () => {
    const isReachable = checkServer();
    await vi.advanceTimersByTimeAsync(0);
    expect(await isReachable).toBe(false);
  });
  expect(isShown()).toBe(false);
  act(recordResponse);
  expect(isShown()).toBe(true);
});

test("the answer to a change counts too", async () => {
  vi.mocked(fetch).mockResolvedValueOnce(answerOf("next"));
  await act(async () => void (await client.subscriptions.addNote.mutate({ subscriptionId: "sub-1", text: "Note" })));
  await passes(confirmMs);
  expect(isShown()).toBe(true);
});

test("an answer without a build, such as a proxy's or an earlier version's, says nothing", async () => {
  await answer(null);
  await passes(confirmMs * 2);
  expect(isShown()).toBe(false);
});

test("a page of the development server, which has no build, shows none", async () => {
  delete document.documentElement.dataset["build"];
  await answer("next");
  await passes(confirmMs * 2);
  expect(isShown()).toBe(false);
});
