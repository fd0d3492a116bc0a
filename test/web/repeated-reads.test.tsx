import { act, cleanup, render, screen } from "@testing-library/react";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followChanges } from "../../web/live/live-updates.ts";
import { client, queryClient, trpc } from "../../web/trpc.ts";

type Scripted = { status: number; headers?: Record<string, string>; body?: unknown };

const refusalBody = {
  message: "Your account sends too many requests.",
  code: -32_029,
  data: { code: "TOO_MANY_REQUESTS" },
};
const refused = (headers: Record<string, string> = {}): Scripted => ({
  status: 429,
  headers,
  body: { error: refusalBody },
});
const counted = (count: number) => ({ result: { data: { count } } });
const answered = (count: number): Scripted => ({ status: 200, body: [counted(count)] });

let script: Scripted[];
let sentAt: number[];

beforeEach(() => {
  vi.useFakeTimers();
  sentAt = [];
  vi.spyOn(globalThis, "fetch").mockImplementation((address) => {
    if (address === "/healthz") return Promise.resolve(new Response());
    sentAt.push(Date.now());
    const { status, headers, body = "" } = script.shift() ?? { status: 500 };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: headers ?? {} }));
  });
});
afterEach(async () => {
  cleanup();
  await queryClient.cancelQueries();
  queryClient.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pauses = () => sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
const readCounts = () => queryClient.fetchQuery(trpc.needs.counts.queryOptions());

/** Runs all timers until the read has ended. */
async function ended<Answer>(reading: Promise<Answer>): Promise<Answer | Error> {
  let isDone = false;
  const outcome = reading.catch((error: Error) => error).finally(() => (isDone = true));
  while (!isDone) await vi.advanceTimersByTimeAsync(100);
  return outcome;
}

describe("a read that the server refuses for now", () => {
  test.each([
    ["429", refused({ "retry-after": "7" })],
    ["503", { status: 503, headers: { "retry-after": "7" }, body: "The server is starting." }],
    ["429 until a time", refused({ "retry-after": new Date(7_000).toUTCString() })],
  ])("with %s is sent again after the pause that the answer asks for", async (_, first) => {
    vi.setSystemTime(0);
    script = [first, answered(3)];
    expect(await ended(readCounts())).toEqual({ count: 3 });
    const [pause = 0] = pauses();
    expect(pauses()).toHaveLength(1);
    expect(pause).toBeGreaterThanOrEqual(7_000);
    expect(pause).toBeLessThanOrEqual(8_200);
  });

  test("with 429 and no pause is sent again soon", async () => {
    script = [refused(), answered(3)];
    expect(await ended(readCounts())).toEqual({ count: 3 });
    expect(pauses()).toHaveLength(1);
  });

  test("in a batch with others is sent again without them", async () => {
    script = [
      { status: 207, body: [counted(1), { error: refusalBody }] },
      { status: 200, body: [counted(2)] },
    ];
    const found = Promise.all([readCounts(), queryClient.fetchQuery(trpc.subscriptions.counts.queryOptions())]);
    expect(await ended(found)).toEqual([{ count: 1 }, { count: 2 }]);
    expect(sentAt).toHaveLength(2);
  });

  test("by a list, which reads without the cache, is sent again too", async () => {
    script = [refused({ "retry-after": "1" }), answered(4)];
    expect(await ended(client.needs.counts.query())).toEqual({ count: 4 });
  });

  test("for longer than a minute shows the refusal", async () => {
    script = [refused({ "retry-after": "3600" }), answered(3)];
    expect(await ended(client.needs.counts.query())).toMatchObject({ message: refusalBody.message });
    expect(sentAt).toHaveLength(1);
  });

  test("each time is given up, so that the page can say so", async () => {
    script = Array.from({ length: 10 }, () => refused({ "retry-after": "1" }));
    expect(await ended(client.needs.counts.query())).toMatchObject({ message: refusalBody.message });
    expect(sentAt).toHaveLength(3);
  });
});

test("a change is never sent again, with or without a pause", async () => {
  for (const answer of [refused({ "retry-after": "1" }), refused()]) {
    sentAt = [];
    script = [answer, answered(1)];
    const change = client.subscriptions.assignOwner.mutate({ subscriptionId: "s-1", owner: null });
    expect(await ended(change)).toMatchObject({ message: refusalBody.message });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sentAt).toHaveLength(1);
  }
});

describe("an open page", () => {
  let emit: (event: object) => void;

  class Stream extends EventTarget {
    constructor() {
      super();
      emit = (event) => this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(event) }));
    }
    close() {}
  }

  function Count() {
    return <p>{useQuery(trpc.needs.counts.queryOptions()).data?.count} needs</p>;
  }

  async function open() {
    Object.assign(globalThis, { EventSource: Stream });
    script = [answered(1)];
    render(
      <QueryClientProvider client={queryClient}>
        <Count />
      </QueryClientProvider>,
    );
    const stop = followChanges(() => {});
    await shows("1 needs");
    return stop;
  }

  /** Runs timers until the page shows it, for at most two minutes. */
  async function shows(text: string) {
    for (let waited = 0; waited < 120_000 && screen.queryByText(text) === null; waited += 100) {
      await act(() => vi.advanceTimersByTimeAsync(100));
    }
    screen.getByText(text);
  }

  test.each([
    ["once, with a pause", [refused({ "retry-after": "5" })]],
    ["again and again", Array.from({ length: 12 }, () => refused({ "retry-after": "2" }))],
    ["without a pause", Array.from({ length: 5 }, () => refused())],
    ["because the server fails", Array.from({ length: 4 }, () => ({ status: 500, body: "" }))],
  ])("shows a change whose reads are refused %s", async (_, refusals) => {
    const stop = await open();
    script = [...refusals, answered(2)];
    emit({ topic: "need", subscriptionId: null });
    await shows("2 needs");
    stop();
    Reflect.deleteProperty(globalThis, "EventSource");
  });
});
