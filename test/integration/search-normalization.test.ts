/** The search field: what people type and paste finds what is stored in other words. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { normalizeText } from "../../shared/normalize-text.ts";
import { maxSearchLength } from "../../shared/search-limits.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
const stored = {
  munson: "Munson’s Pickles – Europe",
  viet: "Công ty Việt Tiến",
  nfd: "Café Zürich".normalize("NFD"),
  wide: "Ｗｉｄｅ　Ｗｏｒｌｄ　Importers",
  plain: "Trey's Research",
  turned: "Wing\u202Etip Toys",
};
const ids = new Map<string, string>();

beforeAll(async () => {
  app = await startTestApp();
  for (const [key, name] of Object.entries(stored)) ids.set(key, await app.buyActive({ name }));
  await app.db
    .execute(sql`update subscriptions set contact_name = 'Ada Lovelace', contact_email = 'ada@lovelace.example',
    contact_company = 'Analytical Engines', contact_phone = '+44 20 7946 0001' where id = ${ids.get("plain")}`);
  await app.as("operator").subscriptions.addNote({
    subscriptionId: ids.get("viet")!,
    text: "See INC0012345 and #48213: Genève".normalize("NFD"),
  });
});
afterAll(() => app?.stop());

const find = (q: string) => app.as("viewer").find.all({ q });
const found = async (q: string) => (await find(q)).subscriptions.map(({ id }) => id);
const listed = async (q: string) => (await app.as("viewer").subscriptions.list({ q })).rows.map(({ id }) => id);

describe("B18: search", () => {
  test.each([
    ["munson", "Munson's"],
    ["munson", "MUNSON’S pickles"],
    ["munson", "munsons"],
    ["munson", "pickles - europe"],
    ["munson", "Pickles — Europe"],
    ["viet", "Công ty Việt".normalize("NFD")],
    ["viet", "CÔNG TY VIỆT"],
    ["nfd", "café zürich"],
    ["nfd", "Zürich".normalize("NFC")],
    ["wide", "wide world"],
    ["wide", "Ｗｏｒｌｄ importers"],
    ["plain", "trey’s"],
    ["plain", "Treys Research"],
    ["turned", "Wingtip Toys"],
    ["turned", "wing\u200Btip"],
  ])("finds %s by “%s”, and so does the list", async (key, text) => {
    expect(await found(text)).toEqual([ids.get(key)]);
    expect(await listed(text)).toEqual([ids.get(key)]);
  });

  test.each([
    ["a colleague's address", "grace.hopper@lovelace.example"],
    ["a colleague in a header", 'From: "Hopper, Grace" <Grace.Hopper@Lovelace.example>'],
    [
      "a signature with an unknown address",
      "Best regards,\nGrace Hopper\nRear Admiral | Compilers\n+1 555 0100\ngrace@lovelace.example\nhttps://www.navy.example/about",
    ],
    ["a signature with a site", "Grace Hopper\nCompilers\nwww.lovelace.example"],
    ["a signature with a company", "Kind regards\nGrace\nAnalytical Engines\nCompilers division"],
    ["two addresses of which the second is known", "grace@other.example, ada@lovelace.example"],
  ])("finds the customer by %s", async (_what, text) => {
    expect(await found(text)).toEqual([ids.get("plain")]);
  });

  test("names the domain of a match, and ignores public mailboxes", async () => {
    expect((await find("grace@lovelace.example")).subscriptions[0]?.matched).toBe("email domain lovelace.example");
    await app.db.execute(sql`update subscriptions set contact_name = 'x', contact_company = 'x', contact_phone = '',
      contact_email = 'someone@gmail.com' where id = ${ids.get("wide")}`);
    expect(await found("someone.else@gmail.com")).toEqual([]);
    expect(await found("someone@gmail.com")).toEqual([ids.get("wide")]);
  });

  test.each(["INC0012345", "inc0012345", "#48213", "48213", "genève inc0012345"])("finds by note: %s", async (text) => {
    expect((await find(text)).subscriptions).toMatchObject([{ id: ids.get("viet"), matched: "note" }]);
  });

  test("finds the whole word, of which only a part with digits is looked up", async () => {
    const one = await app.buyActive({ name: "Reference AB-1234567890-X" });
    const other = await app.buyActive({ name: "Reference CD-1234567890-Y" });
    await app.db.execute(
      sql`update subscriptions set beneficiary_email = 'ada.king@lovelace-20417.example' where id = ${one}`,
    );
    await app.db.execute(
      sql`update subscriptions set beneficiary_email = 'ada.byron@lovelace-20417.example' where id = ${other}`,
    );
    const cases: [string, string[]][] = [
      ["1234567890", [one, other]],
      ["234567890-", [one, other]],
      ["ab-1234567890", [one]],
      ["1234567890-y", [other]],
      ["1234567890-x reference", [one]],
      ["reference CD-1234567890-Y", [other]],
      ["ab-1234567890 cd-1234567890", []],
      ["ada.king@lovelace-20417.example", [one]],
      ["king@lovelace-20417", [one]],
      ["lovelace-20417.example", [one, other]],
      ["byron@lovelace-20417.example king", []],
      ["ada.king@", [one]],
      ["king@lovelace", [one]],
      ["ada.lovelace", []],
      ["king-lovelace", []],
      [one, [one]],
      [other.slice(3, 17), [other]],
      [`${one.slice(0, 13)} ${one.slice(20)}`, [one]],
      [`${one.slice(0, 13)}x`, []],
    ];
    for (const [text, expected] of cases) expect((await listed(text)).toSorted(), text).toEqual(expected.toSorted());
  });

  test("finds all of many words", async () => {
    const id = await app.buyActive({ name: "One two three four five six seven eight nine ten" });
    expect(await listed("one two three four five six seven eight nine ten")).toEqual([id]);
    expect(await listed("one two three four five six seven eight nine eleven")).toEqual([]);
  });

  test("says what is too long, in the search field and in the list", async () => {
    const long = "x".repeat(maxSearchLength + 1);
    await expect(find(long)).rejects.toThrow("Search for at most 1,000 characters.");
    await expect(listed(long)).rejects.toThrow("Search for at most 1,000 characters.");
    expect(await found(`${"word ".repeat(190)}munson`)).toEqual([]);
  });

  test("normalizes in PostgreSQL as in JavaScript", async () => {
    const texts = [
      ...Object.values(stored),
      "„Ｑuote“ «x» ‹y›",
      "ΟΔΟΣ οδος",
      "İstanbul",
      "Oﬃce №5",
      "A–B—C−D",
      "ГОСТ Ёлка",
      "soft\u00ADhyphen \uFEFFbom",
      // ASCII is normalized by a shorter way.
      Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index)).join(""),
      "O'Brien & Sons `quoted` A-B, IT@example.com",
    ];
    for (const text of texts) {
      const { rows } = await app.db.execute<{ normalized: string }>(
        sql`select fold_search(lower(${text}::text)) as normalized`,
      );
      const singleSpaced = (normalized: string) => normalized.split(/\s+/).filter(Boolean).join(" ");
      expect(singleSpaced(rows[0]!.normalized), text).toBe(normalizeText(text).replaceAll("'", ""));
    }
  });
});
