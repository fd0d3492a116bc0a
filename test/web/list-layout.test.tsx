import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { useLayout } from "../../web/pages/subscriptions/use-layout.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const server = scriptServer();

function List() {
  const { widths, resize } = useLayout("");
  return (
    <>
      {[100, 200].map((width) => (
        <button key={width} type="button" onClick={() => resize("plan", width)}>
          {width} px
        </button>
      ))}
      <output>{widths.plan}</output>
    </>
  );
}

const passes = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const drag = (width: number) => fireEvent.click(screen.getByRole("button", { name: `${width} px` }));
const stored = () =>
  server.calls
    .filter(({ procedure }) => procedure === "subscriptions.chooseLayout")
    .map(({ input }) => (input as { widths: { plan: number } }).widths.plan);

beforeEach(async () => {
  server.answers["subscriptions.layout"] = () => ({ widths: { plan: 50 }, isComfortable: true });
  server.answers["subscriptions.chooseLayout"] = () => ({ ok: true });
  await show(<List />);
  await screen.findByText("50");
  vi.useFakeTimers();
});

describe("the width of a column", () => {
  test.each([
    ["the pointer is released", "pointerup"],
    ["the page is left", "pagehide"],
  ])("is stored when %s, and with a pause before", async (_when, event) => {
    drag(100);
    await passes(0);
    drag(200);
    await passes(599);
    expect(stored()).toEqual([100]);
    fireEvent(window, new Event(event));
    await passes(0);
    expect(stored()).toEqual([100, 200]);
  });

  test("is stored without a pause if the pointer was released before the answer to an earlier width", async () => {
    let answer = () => {};
    server.answers["subscriptions.chooseLayout"] = () => new Promise<object>((resolve) => (answer = () => resolve({})));
    drag(100);
    await passes(0);
    drag(200);
    fireEvent(window, new Event("pointerup"));
    await passes(0);
    expect(stored()).toEqual([100]);
    answer();
    await passes(0);
    expect(stored()).toEqual([100, 200]);
    answer();
    await passes(0);
  });

  test("is stored after the pause while the pointer is pressed", async () => {
    drag(100);
    await passes(0);
    drag(200);
    await passes(600);
    expect(stored()).toEqual([100, 200]);
  });
});
