import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { createResponseLimit } from "../../server/http/limits/open-responses.ts";

const answer = () => new EventEmitter() as ServerResponse;

test("A8: an account has a limited number of responses in progress, and room again once one was read", () => {
  const inProgress = createResponseLimit();
  const unread = Array.from({ length: 40 }, answer);
  for (const response of unread) expect(inProgress.take("ada", response)).toBe(true);
  expect(inProgress.take("ada", answer())).toBe(false);
  expect(inProgress.take("ben", answer())).toBe(true);
  unread[7]?.emit("close");
  expect(inProgress.take("ada", answer())).toBe(true);
  expect(inProgress.take("ada", answer())).toBe(false);
});
