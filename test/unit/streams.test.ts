import { describe, expect, test } from "vitest";
import { createFollowers } from "../../server/database/connection/change-listener.ts";
import { createStreams, type StreamEnd } from "../../server/trpc/streams.ts";
import type { ChangeView } from "../../shared/views/history.ts";

describe("C13: streams of changes have limits", () => {
  const limits = { maxPerSession: 4, maxPerPerson: 6, maxTotal: 8 };
  function taker(streams: ReturnType<typeof createStreams>) {
    const ended: { name: string; why: StreamEnd }[] = [];
    return {
      ended,
      take: (session: string, person: string, name: string) =>
        streams.take(session, person, (why) => ended.push({ name, why })),
    };
  }

  test("keep the newest four of 1,500 of a session; the others learn why and when to come back", () => {
    const streams = createStreams();
    const { ended, take } = taker(streams);
    for (let count = 0; count < 1_500; count += 1) take("one", "Ada", String(count));
    expect(streams.count()).toBe(4);
    expect(ended).toHaveLength(1_496);
    expect(ended[0]).toMatchObject({ name: "0", why: { reason: expect.stringMatching(/^Live updates are paused/) } });
    expect(ended[0]?.why.waitMs).toBeGreaterThanOrEqual(60_000);
    expect(ended.at(-1)?.name).toBe("1495");
  });

  test("close the stream of the oldest session of a person with many, and no one else's", () => {
    const streams = createStreams(limits);
    const { ended, take } = taker(streams);
    take("other", "Ben", "Ben's");
    for (let count = 0; count < 10; count += 1) take(`session ${count}`, "Ada", `Ada's ${count}`);
    expect(ended.map(({ name }) => name)).toEqual(["Ada's 0", "Ada's 1", "Ada's 2", "Ada's 3"]);
    expect(streams.count()).toBe(7);
  });

  test("refuse a new stream when all places are taken, and accept one when a place is free", () => {
    const streams = createStreams(limits);
    const { ended, take } = taker(streams);
    const first = take("0", "0", "0");
    for (let count = 1; count < 8; count += 1) take(String(count), String(count), String(count));
    const refused = take("late", "late", "late");
    expect(refused).toMatchObject({ isOpen: false, reason: expect.stringMatching(/^Live updates are paused/) });
    refused.release();
    expect(ended).toEqual([]);
    first.release();
    first.release();
    expect(take("late", "late", "late").isOpen).toBe(true);
    expect(streams.count()).toBe(8);
  });
});

describe("followers of changes", () => {
  const change: ChangeView = { topic: "rule", subscriptionId: null };

  test("receive changes from the time of their request on", async () => {
    const followers = createFollowers();
    const stop = new AbortController();
    const reader = followers.follow(stop.signal)[Symbol.asyncIterator]();
    followers.publish([change]);
    followers.publish(null);
    expect((await reader.next()).value).toEqual([change]);
    expect((await reader.next()).value).toBe(null);
    const next = reader.next();
    followers.beat();
    expect((await next).value).toEqual([]);
    stop.abort();
    expect((await reader.next()).done).toBe(true);
    expect(followers.count()).toBe(0);
  });

  test("who do not read learn that changes were missed, and use no more memory", async () => {
    const followers = createFollowers();
    const stop = new AbortController();
    const reader = followers.follow(stop.signal)[Symbol.asyncIterator]();
    for (let count = 0; count < 10_000; count += 1) followers.publish([change]);
    expect((await reader.next()).value).toBe(null);
    let waiting = 0;
    const nothing = Symbol("nothing");
    for (;;) {
      const pause = new Promise((resolve) => setTimeout(resolve, 20, nothing));
      if ((await Promise.race([reader.next(), pause])) === nothing) break;
      waiting += 1;
    }
    expect(waiting).toBeLessThanOrEqual(100);
    stop.abort();
  });

  test("who leave before reading are removed", () => {
    const followers = createFollowers();
    const stop = new AbortController();
    followers.follow(stop.signal);
    expect(followers.count()).toBe(1);
    stop.abort();
    expect(followers.count()).toBe(0);
  });
});
