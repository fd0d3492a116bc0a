import { describe, expect, test } from "vitest";
import { relationToPurchase, personalTenantId } from "../../server/domain/purchase-owner.ts";
import type { PurchaseRelation, Party, Visitor } from "../../server/domain/purchase-owner.ts";

const fabrikam = "a1a1a1a1-0000-4000-8000-00000000fab0";
const northwind = "a2a2a2a2-0000-4000-8000-00000000bee0";
const ownDirectory = "d1d1d1d1-0000-4000-8000-00000000d1d1";
const adasId = "0b1ec700-0000-4000-8000-0000000000a1";
const patsId = "00000000-0000-0000-66f3-3332eca7ea81";
const otherId = "0b1ec700-0000-4000-8000-0000000000ff";

const ada: Visitor = {
  tenantId: fabrikam,
  objectId: adasId,
  email: "ada@fabrikam.example",
  username: "ada@fabrikam.example",
  isEmailVerified: false,
};
const pat: Visitor = {
  tenantId: personalTenantId,
  objectId: patsId,
  email: "pat.kim@outlook.com",
  username: "pat.kim@outlook.com",
  isEmailVerified: false,
};
/** A tenant of the attacker's own, in which every claim but tenant and object id says what they like. */
const attacker: Visitor = { ...ada, tenantId: northwind, objectId: otherId };

const adasParty: Party = { tenantId: fabrikam, objectId: adasId, email: "ada@fabrikam.example" };
const patsParty: Party = { tenantId: personalTenantId, objectId: patsId, email: "pat.kim@outlook.com" };
const patsDirectory: Party = { tenantId: ownDirectory, objectId: otherId, email: "pat.kim@outlook.com" };

type Row = [what: string, visitor: Visitor, party: Party, belonging: PurchaseRelation | null];

describe("B5, C22: the owner of a purchase", () => {
  test.each<Row>([
    ["the purchaser", ada, adasParty, "same-organization"],
    [
      "a colleague",
      { ...ada, objectId: otherId, email: "ben@fabrikam.example", username: null },
      adasParty,
      "same-organization",
    ],
    [
      "a colleague without an e-mail claim",
      { ...ada, objectId: otherId, email: null, username: null },
      adasParty,
      "same-organization",
    ],
    ["the tenant in braces", ada, { ...adasParty, tenantId: `{${fabrikam}}` }, "same-organization"],
    ["the tenant in upper case", ada, { ...adasParty, tenantId: fabrikam.toUpperCase() }, "same-organization"],
    ["the tenant with blanks around it", ada, { ...adasParty, tenantId: ` ${fabrikam} ` }, "same-organization"],
    ["the tenant without hyphens", ada, { ...adasParty, tenantId: fabrikam.replaceAll("-", "") }, "same-organization"],
    ["the token's tenant in upper case", { ...ada, tenantId: fabrikam.toUpperCase() }, adasParty, "same-organization"],
    ["the tenant left out, same object and address", ada, { ...adasParty, tenantId: null }, "same-account"],
    ["the tenant blank, same object and address", ada, { ...adasParty, tenantId: " " }, "same-account"],
    [
      "the tenant all zeros, same object and address",
      ada,
      { ...adasParty, tenantId: "00000000-0000-0000-0000-000000000000" },
      "same-account",
    ],
    [
      "the tenant left out, the address in other letters",
      ada,
      { ...adasParty, tenantId: null, email: " ADA@Fabrikam.Example" },
      "same-account",
    ],
    [
      "the tenant left out, the address as the sign-in name",
      { ...ada, email: null },
      { ...adasParty, tenantId: null },
      "same-account",
    ],
    ["a personal account", pat, patsParty, "same-account"],
    [
      "a personal account whose address has changed",
      { ...pat, email: "new@outlook.com", username: null },
      patsParty,
      "same-account",
    ],
    ["a personal account, the tenant left out", pat, { ...patsParty, tenantId: null }, "same-account"],
    [
      "a personal account, tenant and address left out",
      pat,
      { ...patsParty, tenantId: null, email: null },
      "same-account",
    ],
    [
      "a personal account named by its own directory, same object",
      pat,
      { ...patsParty, tenantId: ownDirectory },
      "same-account",
    ],
    ["a personal account buying from its own directory", pat, patsDirectory, "microsoft-mailbox"],
    [
      "the same, by the directory's name of the guest",
      pat,
      { ...patsDirectory, email: "pat.kim_outlook.com#EXT#@patkim.onmicrosoft.com" },
      "microsoft-mailbox",
    ],
    [
      "the same, with the provider before the address",
      pat,
      { ...patsDirectory, email: "live.com#pat.kim@outlook.com" },
      "microsoft-mailbox",
    ],
    ["a guest whose address Entra has verified", { ...attacker, isEmailVerified: true }, adasParty, "verified-email"],
    [
      "a guest by the name of the guest, verified",
      { ...attacker, isEmailVerified: true },
      { ...adasParty, email: "ada_fabrikam.example#EXT#@contoso.onmicrosoft.com" },
      "verified-email",
    ],
    [
      "a personal account with a verified address",
      { ...pat, email: "ada@fabrikam.example", isEmailVerified: true },
      adasParty,
      "verified-email",
    ],
    [
      "a domain in Unicode and in punycode, verified",
      { ...attacker, email: "ada@bücher.example", isEmailVerified: true },
      { ...adasParty, email: "ada@xn--bcher-kva.example" },
      "verified-email",
    ],

    ["attacker: the same address in another tenant", attacker, adasParty, null],
    ["attacker: the same address, the tenant left out", attacker, { ...adasParty, tenantId: null }, null],
    [
      "attacker: the same address, tenant and object left out",
      attacker,
      { tenantId: null, objectId: null, email: adasParty.email },
      null,
    ],
    [
      "attacker: the same object id in another tenant",
      { ...attacker, objectId: adasId, email: "eve@northwind.example", username: null },
      adasParty,
      null,
    ],
    ["attacker: the same object id and address in another tenant", { ...attacker, objectId: adasId }, adasParty, null],
    [
      "attacker: the same object id alone, the tenant left out",
      { ...ada, tenantId: northwind, email: null, username: null },
      { ...adasParty, tenantId: null },
      null,
    ],
    ["attacker: a personal account with a work address", { ...pat, email: "ada@fabrikam.example" }, adasParty, null],
    [
      "attacker: a personal account with a work address, the tenant left out (C22)",
      { ...pat, email: "ada@fabrikam.example" },
      { ...adasParty, tenantId: null },
      null,
    ],
    [
      "attacker: a personal account with the address alone, tenant and object left out (C22)",
      pat,
      { tenantId: null, objectId: null, email: pat.email },
      null,
    ],
    [
      "attacker: another personal account",
      { ...pat, objectId: "00000000-0000-0000-1111-111111111111", email: "eve@outlook.com", username: null },
      patsParty,
      null,
    ],
    [
      "attacker: another personal account with the address of the purchaser's",
      { ...pat, objectId: "00000000-0000-0000-1111-111111111111" },
      patsParty,
      null,
    ],
    [
      "attacker: a work account with the address of a personal account",
      { ...attacker, email: pat.email, username: pat.username },
      patsParty,
      null,
    ],
    [
      "attacker: a work account that claims a mailbox of Microsoft's",
      { ...attacker, email: pat.email, username: pat.username },
      patsDirectory,
      null,
    ],
    [
      "attacker: a mailbox whose domain only begins like Microsoft's",
      { ...pat, email: "pat@outlook.com.evil.example", username: null },
      { ...patsDirectory, email: "pat@outlook.com.evil.example" },
      null,
    ],
    [
      "attacker: a verified address that is not the purchaser's",
      { ...attacker, email: "eve@northwind.example", username: "ada@fabrikam.example", isEmailVerified: true },
      adasParty,
      null,
    ],
    ["no one named", ada, { tenantId: null, objectId: null, email: null }, null],
    ["no one named, blank", { ...ada, email: "", username: " " }, { tenantId: "", objectId: "", email: "" }, null],
  ])("%s", (_what, visitor, party, belonging) => {
    expect(relationToPurchase(visitor, [party])).toBe(belonging);
  });

  test("can be a beneficiary who is not the purchaser", () => {
    const reseller: Party = { tenantId: northwind, objectId: otherId, email: "rosa@adventure-works.example" };
    expect(relationToPurchase(ada, [reseller, adasParty])).toBe("same-organization");
    expect(relationToPurchase(ada, [reseller])).toBeNull();
  });
});
