import { describe, expect, test } from "vitest";
import { z } from "zod";
import { emailInput, mailto } from "../../shared/email.ts";
import { brandingInput } from "../../shared/branding.ts";
import { addReasonCodeInput } from "../../shared/inputs/settings.ts";
import { contactInput } from "../../shared/inputs/landing.ts";
import { tag } from "../../shared/inputs/subscriptions.ts";
import { codeIdOf } from "../../shared/reason-codes.ts";

const email = emailInput("none");
const contact = { name: "Ada", email: "ada@fabrikam.example", company: "Fabrikam", phone: "" };

describe("B12: an email address", () => {
  test.each([
    "ada@fabrikam.example",
    "r&d@fabrikam.example",
    "sales/emea@fabrikam.example",
    "ada+marketplace@fabrikam.example",
    "o'brien@fabrikam.example",
    "100%@fabrikam.example",
    "!#$%&'*+/=?^_`{|}~-@fabrikam.example",
    "ada.@docomo.example",
    "ada..m@docomo.example",
    "ada@bücher.example",
    "ada@xn--bcher-kva.example",
    "ada@例え.テスト",
    "ada@例え。テスト",
    "संपर्क@उदाहरण.भारत",
    "用户@例子.广告",
    "جميل@مثال.إختبار",
    "δοκιμή@παράδειγμα.ελ",
    "ña@españa.example",
    "ada@mail.eu-west.fabrikam.co.uk",
    "ada@host_name.fabrikam.example",
    "ADA@FABRIKAM.EXAMPLE",
    '"ada moreau"@fabrikam.example',
    `${"a".repeat(200)}@fabrikam.example`,
  ])("is accepted: %s", (text) => {
    expect(email.parse(text)).toBe(text.normalize("NFC"));
    expect(contactInput.safeParse({ ...contact, email: text }).success).toBe(true);
    expect(z.object({ supportEmail: brandingInput.shape.supportEmail }).safeParse({ supportEmail: text }).success).toBe(
      true,
    );
  });

  test.each([
    "",
    "ada",
    "ada@",
    "@fabrikam.example",
    "ada at work",
    "ada @fabrikam.example",
    "ada@fabrikam",
    "ada@fabrikam..example",
    "ada@.example",
    "ada@fabrikam.example/path",
    "ada@fabrikam.example:25",
    "ada@eve@fabrikam.example",
    "ada@fabrikam.example, ben@fabrikam.example",
    "ada\u0000@fabrikam.example",
    "ada\nbcc: eve@fabrikam.example",
    "<script>@fabrikam.example",
    "ada@fab rikam.example",
    "ada@10.0.0.1",
    `ada@${"a".repeat(64)}.example`,
    `${"a".repeat(400)}@fabrikam.example`,
  ])("is refused if no mail can reach it: %j", (text) => {
    expect(email.safeParse(text).success).toBe(false);
  });

  test("loses invisible marks that were copied with it", () => {
    expect(email.parse(" \u200Bada@fabrikam.example\u202C\u200E ")).toBe("ada@fabrikam.example");
  });

  test("is escaped completely in a link", () => {
    expect(mailto("r&d?x#y%@fabrikam.example")).toBe("mailto:r%26d%3Fx%23y%25@fabrikam.example");
  });

  test.each(["@", "a@", "a.", ".", " ", "\u200B", '"', "xn--", "é"])("is read in linear time: 100,000 × %j", (part) => {
    const startedAt = performance.now();
    email.safeParse(part.repeat(100_000));
    email.safeParse(`a@${part.repeat(100_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("B12: names in every script", () => {
  test.each([
    ["Thai", "ลูกค้าสำคัญ"],
    ["Hindi", "महत्वपूर्ण ग्राहक"],
    ["Tamil", "வாடிக்கையாளர்"],
    ["Vietnamese, NFD", "khách hàng quan trọng".normalize("NFD")],
    ["Arabic with shadda", "عميل مُهِمّ"],
    ["Persian with ZWNJ", "می\u200Cخواهم"],
    ["Sinhala with ZWJ", "ශ්\u200Dරී ලංකා"],
    ["Burmese", "မြန်မာ"],
    ["Hebrew with points", "לָקוֹחַ"],
    ["Chinese", "重要客户"],
  ])("are possible in a tag, a contact and a reason: %s", (_script, text) => {
    expect(tag.parse(text)).toBe(text.normalize("NFC").toLowerCase());
    expect(contactInput.safeParse({ ...contact, name: text, company: text }).success).toBe(true);
    expect(addReasonCodeInput.safeParse({ name: text, actions: ["suspend"] }).success).toBe(true);
    expect(codeIdOf(text)).toMatch(/^[a-z0-9_]{1,60}$/);
  });

  test("are the same tag in any Unicode composition", () => {
    expect(tag.parse("é".normalize("NFD"))).toBe(tag.parse("é".normalize("NFC")));
  });

  test.each(["-x", ".", "\u0301a", "a,b", "a\u0000", "a\u202Eb"])("cannot be the tag %j", (text) => {
    expect(tag.safeParse(text).success).toBe(false);
  });
});

describe("B12: a phone number", () => {
  test.each([
    "",
    "+47 555 01 00",
    "(206) 555-0100 ext. 12",
    "+1 206 555 0100 x12",
    "1-800-FLOWERS",
    "+49 30 / 123 456–7",
    "٠١٢ ٣٤٥ ٦٧٨",
    "０３－１２３４",
    "+1 206 555 0100,,12#",
    "112",
  ])("is accepted: %j", (phone) => {
    expect(contactInput.safeParse({ ...contact, phone }).success).toBe(true);
  });

  test.each(["call me", "-", "x".repeat(51), "javascript:alert()"])("is refused: %j", (phone) => {
    expect(contactInput.safeParse({ ...contact, phone }).success).toBe(false);
  });
});
