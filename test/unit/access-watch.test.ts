/** What is concluded from how Microsoft answers: refused, unreachable, or one subscription's own trouble. */
import { beforeEach, describe, expect, test } from "vitest";
import { accessAlarm } from "../../server/domain/alarm.ts";
import { type AccessWatch, createAccessWatch } from "../../server/marketplace/access-watch.ts";
import { AppTokenError, MarketplaceError, noFacts } from "../../server/marketplace/errors.ts";

let ms = 0;
let watch: AccessWatch;
beforeEach(() => {
  ms = 0;
  watch = createAccessWatch(
    () => new Date(ms),
    () => ms,
  );
});

function error(status: number | null, reason: string | null = null, code: string | null = null): MarketplaceError {
  return new MarketplaceError("No.", {
    ...noFacts,
    status,
    code,
    reason,
  });
}
const at = (seconds: number, act: () => void) => {
  ms = seconds * 1_000;
  act();
};
const wordsOf = () => watch.problems().map((problem) => accessAlarm(problem));

describe("A10: failing token requests", () => {
  const refusal = (code: string) => new AppTokenError("Entra refused.", { code, isTransient: false });

  test.each([
    ["AADSTS7000222", "the client secret of the fulfillment app has expired"],
    ["AADSTS7000215", "the client secret is not valid"],
    ["AADSTS7000112", "the app is disabled"],
    ["AADSTS700016", "the tenant has no app with this client ID"],
    ["AADSTS90002", "there is no such tenant"],
    ["AADSTS700027", "Entra does not accept the certificate"],
    ["AADSTS65001", "consent"],
    ["AADSTS9999999", "Entra issues no token"],
  ])("with %s are reported immediately, with what to do", (code, words) => {
    watch.token(refusal(code));
    expect(wordsOf()).toMatchObject([{ what: expect.stringContaining(words) }]);
    expect(wordsOf()[0]?.what).toContain(code);
    expect(wordsOf()[0]?.remedy).toMatch(/Entra admin center|ENTRA_/);
  });

  test("because Entra cannot be reached are reported once confirmed, and end with the first answer", () => {
    const away = new AppTokenError("No.", { code: null, isTransient: true, reason: "ENOTFOUND" });
    watch.token(away);
    expect(watch.problems()).toEqual([]);
    expect(watch.isSuspicious()).toBe(true);
    at(10, () => watch.token(away));
    expect(wordsOf()).toMatchObject([{ what: expect.stringContaining("cannot be found by name") }]);
    expect(watch.problems()[0]?.since).toEqual(new Date(0));
    watch.token(null);
    expect(watch.problems()).toEqual([]);
    expect(watch.isSuspicious()).toBe(false);
  });
});

describe("A10: refused calls", () => {
  test("of all kinds are reported once confirmed, and end with one answer", () => {
    at(1, () => watch.call("Get subscription", "a", error(403)));
    at(2, () => watch.call("Get subscription", "a", error(403)));
    expect(watch.problems()).toEqual([]);
    at(12, () => watch.call("List subscriptions", "", error(403)));
    expect(watch.problems()).toMatchObject([{ kind: "refused", calls: null, status: 403, since: new Date(1_000) }]);
    at(13, () => watch.call("List subscriptions", "", null));
    expect(watch.problems()).toEqual([]);
  });

  test("of one kind name that kind, and are not reported if only one subscription has them", () => {
    const change = (about: string) => watch.call("Change plan", about, error(403));
    at(1, () => change("a"));
    at(2, () => watch.call("Get operation", "a", null));
    at(60, () => change("a"));
    expect(watch.problems()).toEqual([]);
    at(61, () => change("b"));
    expect(watch.problems()).toMatchObject([{ kind: "refused", calls: ["Change plan"] }]);
    at(62, () => watch.call("Change plan", "c", null));
    expect(watch.problems()).toEqual([]);
  });

  test("that do not happen again are forgotten after an hour", () => {
    at(1, () => watch.call("Change plan", "a", error(403)));
    at(2, () => watch.call("Change plan", "b", error(403)));
    at(3, () => watch.call("Get operation", "a", null));
    expect(watch.problems()).toHaveLength(1);
    at(3_700, () => expect(watch.problems()).toEqual([]));
  });

  test.each([
    ["a name that does not resolve", error(null, "EAI_AGAIN"), "DNS"],
    ["a certificate that is not trusted", error(null, "SELF_SIGNED_CERT_IN_CHAIN"), "root certificates"],
    ["a refused connection", error(null, "ECONNREFUSED"), "over HTTPS"],
    ["server errors", error(503), "service health"],
    ["403 of a proxy", error(403, "ForeignAnswer", "ForeignAnswer"), "proxy, firewall or gateway"],
  ])("with %s are reported with what to check", (_what, failure, remedy) => {
    at(1, () => watch.call("Get subscription", "a", failure));
    at(12, () => watch.call("List subscriptions", "", failure));
    expect(wordsOf()).toMatchObject([{ remedy: expect.stringContaining(remedy) }]);
    at(13, () => watch.call("Get subscription", "a", error(404)));
    expect(watch.problems()).toEqual([]);
  });
});
