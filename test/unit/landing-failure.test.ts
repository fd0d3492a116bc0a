import { describe, expect, test } from "vitest";
import { activationFailureOf, failureOf } from "../../server/domain/landing-failure.ts";
import type { CallFacts, LandingFailure } from "../../server/domain/landing-failure.ts";
import { AppTokenError } from "../../server/marketplace/errors.ts";
import {
  errorOfAnswer,
  errorOfCall,
  errorOfForeign,
  errorOfOutage,
  errorOfPause,
  errorOfToken,
} from "../../server/marketplace/failures.ts";

const call = { name: "Activate", method: "POST", path: ["saas"], effect: "repeatable" } as const;
const attempt = { requestId: "r", correlationId: "c", mayHaveHappened: false, signal: undefined };
const now = new Date("2026-11-28T12:00:00Z");
const answered = (status: number, body = "") => errorOfAnswer(call, attempt, { status, headers: {} }, body, [], now);
const noAnswer = (code: string) =>
  errorOfCall(call, attempt, { cause: Object.assign(new Error("x"), { code }), status: null, leftMs: 8_000 });

describe("B3: after a failed call, the purchaser learns who has to act", () => {
  test.each<[what: string, error: CallFacts, failure: LandingFailure]>([
    ["400", answered(400), "link"],
    ["400 about the API version", answered(400, '{"Error":{"Code":"ApiVersionUnspecified"}}'), "publisher"],
    ["401", answered(401), "publisher"],
    ["403", answered(403), "publisher"],
    ["404", answered(404), "not-found"],
    ["408", answered(408), "unreachable"],
    ["409", answered(409), "busy"],
    ["418", answered(418), "unclear"],
    ["429", answered(429), "busy"],
    ["500", answered(500), "microsoft"],
    ["503", answered(503), "microsoft"],
    ["a redirect", answered(302), "publisher"],
    ["400 of a proxy", errorOfForeign(call, attempt, { status: 400 }, "<html>", []), "unreachable"],
    ["403 of a proxy", errorOfForeign(call, attempt, { status: 403 }, "<html>", []), "unreachable"],
    ["no such host", noAnswer("ENOTFOUND"), "unreachable"],
    ["a certificate that has expired", noAnswer("CERT_HAS_EXPIRED"), "unreachable"],
    ["a reset connection", noAnswer("ECONNRESET"), "unreachable"],
    ["Microsoft's pause", errorOfPause(call, attempt, 5_000), "busy"],
    ["the breaker", errorOfOutage(call, attempt, 5_000), "unreachable"],
    [
      "an expired secret",
      errorOfToken(call, attempt, new AppTokenError("x", { code: "AADSTS7000222", isTransient: false })),
      "publisher",
    ],
    [
      "Entra cannot be reached",
      errorOfToken(call, attempt, new AppTokenError("x", { code: null, isTransient: true })),
      "unreachable",
    ],
  ])("%s", (_what, error, failure) => {
    expect(failureOf(error)).toBe(failure);
  });

  test.each<[error: { message: string } | null, failure: ReturnType<typeof activationFailureOf>]>([
    [null, null],
    [answered(403), "publisher"],
    [answered(401), "publisher"],
    [answered(403, '{"code":"Forbidden","message":"no"}'), "publisher"],
    [new Error("Microsoft Entra refused a token to the fulfillment app 1: AADSTS7000222"), "publisher"],
    [answered(500), "microsoft"],
    [answered(404), "microsoft"],
    [noAnswer("ECONNRESET"), "microsoft"],
    [errorOfOutage(call, attempt, 5_000), "microsoft"],
    [answered(429), "microsoft"],
    [errorOfForeign(call, attempt, { status: 400 }, "<html>", []), "microsoft"],
    [errorOfToken(call, attempt, new Error("no token")), "microsoft"],
    [new Error("Microsoft Entra at https://login.example issued no token (503)."), "microsoft"],
    [new Error("Microsoft accepted the activation and is still working on it."), null],
    [new Error("Waiting for ChangePlan to complete; Microsoft accepts one change at a time."), null],
    [new Error("Marketdesk had an internal error. It retries automatically."), null],
  ])("for an activation that waits: %s", (error, failure) => {
    expect(activationFailureOf(error?.message ?? null)).toBe(failure);
  });
});
