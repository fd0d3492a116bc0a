import { describe, expect, test } from "vitest";
import { checkIdToken, SignInRefused } from "../../server/auth/id-token.ts";

const now = new Date("2026-11-23T12:00:00Z");
const seconds = now.getTime() / 1000;
const tenantId = "11111111-1111-4111-8111-111111111111";
const otherTenant = "a1a1a1a1-0000-4000-8000-00000000fab0";

const staffRules = {
  clientId: "desk",
  issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
  tenantId,
  nonce: "nonce-1",
  now,
};
const purchaserRules = { ...staffRules, issuer: "https://login.microsoftonline.com/{tenantid}/v2.0", tenantId: null };

const claims = {
  aud: "desk",
  iss: staffRules.issuer,
  tid: tenantId,
  oid: "0b1ec700-0000-4000-8000-000000000001",
  exp: seconds + 3600,
  nbf: seconds - 5,
  nonce: "nonce-1",
  name: "Vera Lindqvist",
  preferred_username: "vera@contoso.example",
  roles: ["Marketdesk.Viewer"],
};

function reasonOf(wrong: Record<string, unknown>, rules: typeof staffRules | typeof purchaserRules = staffRules) {
  try {
    checkIdToken({ ...claims, ...wrong }, rules);
    return null;
  } catch (error) {
    return error instanceof SignInRefused ? error.reason : error;
  }
}

describe("checkIdToken", () => {
  test("returns the person of a valid token", () => {
    expect(checkIdToken(claims, staffRules)).toEqual({
      tenantId,
      objectId: claims.oid,
      name: "Vera Lindqvist",
      email: "vera@contoso.example",
      username: "vera@contoso.example",
      isEmailVerified: false,
      authenticatedAt: null,
      roles: ["Marketdesk.Viewer"],
    });
  });

  test.each([
    ["another app's audience", { aud: "other" }, "id-token-audience"],
    ["a list of audiences", { aud: ["desk", "other"] }, "id-token-claim-aud"],
    ["another nonce (probe 57)", { nonce: "nonce-2" }, "id-token-nonce"],
    ["no nonce", { nonce: undefined }, "id-token-nonce"],
    ["another tenant (probe 66)", { tid: otherTenant }, "id-token-tenant"],
    ["a tenant that is no GUID", { tid: "contoso" }, "id-token-claim-tid"],
    ["no object id", { oid: undefined }, "id-token-claim-oid"],
    ["another issuer", { iss: `https://login.evil.example/${tenantId}/v2.0` }, "id-token-issuer"],
    ["another tenant's issuer", { iss: `https://login.microsoftonline.com/${otherTenant}/v2.0` }, "id-token-issuer"],
    ["an expiry in words", { exp: "never" }, "id-token-claim-exp"],
    ["an expiry 5 minutes ago", { exp: seconds - 300 }, "id-token-expired"],
    ["a start 5 minutes and a second ahead", { nbf: seconds + 301 }, "id-token-not-yet-valid"],
  ])("refuses %s", (_what, wrong, reason) => {
    expect(reasonOf(wrong)).toBe(reason);
  });

  test("refuses invalid claims", () => {
    expect(() => checkIdToken(undefined, staffRules)).toThrow(SignInRefused);
  });

  test("accepts clocks that differ by less than 5 minutes", () => {
    expect(reasonOf({ exp: seconds - 299, nbf: seconds + 299 })).toBeNull();
  });

  test("accepts purchasers from any tenant whose own issuer signs for it", () => {
    const otherTenantClaims = { tid: otherTenant, iss: `https://login.microsoftonline.com/${otherTenant}/v2.0` };
    expect(reasonOf(otherTenantClaims, purchaserRules)).toBeNull();
    expect(reasonOf({ ...otherTenantClaims, tid: "9188040d-6c67-4c5b-b112-36a304b66dad" }, purchaserRules)).toBe(
      "id-token-issuer",
    );
  });

  test("reads the email address if the account has one", () => {
    const read = (more: object) => checkIdToken({ ...claims, ...more }, staffRules);
    expect(read({ email: "v@contoso.example" }).email).toBe("v@contoso.example");
    expect(read({ preferred_username: "+15550100" }).email).toBeNull();
    expect(read({ preferred_username: undefined, name: undefined })).toMatchObject({
      email: null,
      name: "Unnamed account",
    });
  });

  test("reads missing roles as no roles", () => {
    expect(checkIdToken({ ...claims, roles: undefined }, staffRules).roles).toEqual([]);
  });
});
