import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { startOnePerTurn } from "../../server/http/port/one-per-turn.ts";

const request = (url: string, destroyed = false) => ({ url, socket: { destroyed } }) as IncomingMessage;
const response = {} as ServerResponse;

test("A7, A8: a burst of pages starts one per turn of the event loop, in order, without canceled ones", async () => {
  const started: (string | undefined)[] = [];
  const listener = startOnePerTurn(({ url }) => void started.push(url));
  for (const url of ["/1", "/2"]) listener(request(url), response);
  listener(request("/gone", true), response);
  listener(request("/3"), response);
  expect(started).toEqual([]);
  const counts = [];
  for (let n = 0; n < 4; n += 1) {
    await turn();
    counts.push(started.length);
  }
  expect(counts).toEqual([1, 2, 3, 3]);
  expect(started).toEqual(["/1", "/2", "/3"]);
  listener(request("/4"), response);
  await turn();
  expect(started).toEqual(["/1", "/2", "/3", "/4"]);
});
