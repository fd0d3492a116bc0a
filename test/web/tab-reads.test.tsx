import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setSharedRead } from "../../web/live/shared-reads.ts";
import { createTabReads, type ReadMessage } from "../../web/live/tab-reads.ts";
import { client } from "../../web/trpc.ts";
import { scriptServer } from "../support/dashboard-parts.tsx";

type Tab = ReturnType<typeof createTabReads>;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Tabs of one browser; the first leads. What it sends is answered with the input. */
function openTabs(
  count: number,
  send = (read: { path: string; input: unknown }): Promise<unknown> => Promise.resolve(read.input),
) {
  const sent: string[] = [];
  const tabs: Tab[] = [];
  const isOpen = Array.from({ length: count }, () => true);
  for (let at = 0; at < count; at += 1) {
    tabs[at] = createTabReads({
      isLeading: () => at === 0,
      post: (message: ReadMessage) =>
        tabs.forEach((tab, other) => other !== at && isOpen[other] && tab.receive(structuredClone(message))),
      send(read) {
        sent.push(read.path);
        return send(read);
      },
    });
  }
  return { tabs, sent, close: (at: number) => (isOpen[at] = false) };
}

async function answered<Answer>(reading: Promise<Answer>): Promise<Answer> {
  await vi.advanceTimersByTimeAsync(5_000);
  return reading;
}

describe("tabs of one browser", () => {
  const counts = { path: "needs.counts", input: { of: "all" } };

  test("read the same once, and what differs for each", async () => {
    const { tabs, sent } = openTabs(20);
    const one = { path: "subscriptions.get", input: { id: "one" } };
    const reads = tabs.flatMap((tab, at) => [
      tab.readThroughLeader(counts),
      tab.readThroughLeader(at === 7 ? one : counts),
    ]);
    const answers = await answered(Promise.all(reads));
    expect(sent).toEqual(["needs.counts", "subscriptions.get"]);
    expect(answers.filter((found) => found?.data === null)).toEqual([]);
    expect(answers[15]).toEqual({ data: { id: "one" } });
    expect(answers[16]).toEqual({ data: { of: "all" } });
  });

  test("do not share an answer that was requested before they asked", async () => {
    let version = 1;
    const { tabs, sent } = openTabs(2, () => {
      const now = version;
      return new Promise((resolve) => setTimeout(() => resolve(now), 500));
    });
    const before = tabs[0]!.readThroughLeader(counts);
    await vi.advanceTimersByTimeAsync(200);
    version = 2;
    const after = tabs[1]!.readThroughLeader(counts);
    expect(await answered(Promise.all([before, after]))).toEqual([{ data: 1 }, { data: 2 }]);
    expect(sent).toHaveLength(2);
  });

  test("read on their own if the leading tab is refused, so that each knows why", async () => {
    const { tabs } = openTabs(2, () => Promise.reject(new Error("no")));
    expect(await answered(Promise.all(tabs.map((tab) => tab.readThroughLeader(counts))))).toEqual([null, null]);
  });

  test("read on their own if the leading tab is stuck", async () => {
    const { tabs, close } = openTabs(2);
    close(0);
    expect(await answered(tabs[1]!.readThroughLeader(counts))).toBeNull();
  });

  test("read on their own if the leading tab is hidden, where timers are slow", async () => {
    const { tabs, sent } = openTabs(2);
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    expect(await tabs[0]!.readThroughLeader(counts)).toBeNull();
    expect(await answered(tabs[1]!.readThroughLeader(counts))).toBeNull();
    expect(sent).toEqual([]);
  });

  test("read on their own when they leave", async () => {
    const { tabs, close } = openTabs(2);
    close(0);
    const read = tabs[1]!.readThroughLeader(counts);
    tabs[1]!.end();
    expect(await read).toBeNull();
  });
});

describe("a tab", () => {
  const server = scriptServer();
  const asked: string[] = [];
  beforeEach(() => {
    asked.length = 0;
    server.answers["needs.counts"] = () => "from the server";
    server.answers["subscriptions.assignOwner"] = () => "changed";
    setSharedRead(({ path }) => {
      asked.push(path);
      return Promise.resolve(path === "needs.list" ? null : { data: "from the other tab" });
    });
  });
  afterEach(() => {
    setSharedRead(null);
    vi.useRealTimers();
    use();
  });
  const use = () => window.dispatchEvent(new Event("pointermove"));
  function rest() {
    use();
    vi.setSystemTime(Date.now() + 6_000);
  }

  test("that is not in use shows what another tab has read", async () => {
    rest();
    expect(await answered(client.needs.counts.query())).toBe("from the other tab");
    expect(server.calls).toEqual([]);
  });

  test("that is in use reads on its own", async () => {
    rest();
    use();
    expect(await answered(client.needs.counts.query())).toBe("from the server");
    expect(asked).toEqual([]);
  });

  test("reads on its own what the other tab did not", async () => {
    rest();
    server.answers["needs.list"] = () => "from the server";
    expect(await answered(client.needs.list.query({}))).toBe("from the server");
    expect(asked).toEqual(["needs.list"]);
  });

  test("never lets another tab send a change", async () => {
    rest();
    const change = client.subscriptions.assignOwner.mutate({ subscriptionId: "s-1", owner: null });
    expect(await answered(change)).toBe("changed");
    expect(asked).toEqual([]);
  });
});
