/** A1: nothing in the dashboard may queue, pause or repeat a change. What could is used in one place, set so that it does not. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const files = globSync("web/**/*.{ts,tsx,html}").map((file) => ({
  file: file.replaceAll("\\", "/"),
  text: readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
}));
const except = (allowed: string) => files.filter(({ file }) => file !== allowed);
const withText = (pattern: RegExp, among = files) =>
  among.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe("A1: the dashboard sends changes once, immediately or never:", () => {
  test("its files are found", () => {
    expect(files.length).toBeGreaterThan(100);
  });

  test.each([
    ["a library for service workers", /\bworkbox\b/],
    ["a link that retries", /\bretryLink\b/],
    ["a beacon, or a request that outlives its page", /sendBeacon|keepalive/],
    ["paused changes of the library", /resumePausedMutations|persistQueryClient|\bdehydrate\b|setMutationDefaults/],
    ["background sync", /\bSyncManager\b|\.sync\.register/],
  ])("no file has %s", (_, pattern) => {
    expect(withText(pattern)).toEqual([]);
  });

  test("its only service worker shows notifications, and no request goes through it", () => {
    const registration = "web/pages/notifications/push-registration.ts";
    expect(withText(/serviceWorker/, except(registration))).toEqual([]);
    const worker = readFileSync("web/public/push-worker.js", "utf8");
    expect([...worker.matchAll(/addEventListener\("(\w+)"/g)].map(([, name]) => name)).toEqual([
      "push",
      "notificationclick",
    ]);
    expect(worker).not.toMatch(/\bfetch\b|importScripts/);
  });

  test.each([
    ["networkMode", /\bnetworkMode\b/],
    ["retry", /\bretry(Delay)?:\s*(\d|true|\(\w*, )/],
    ["a client of its own", /\bnew QueryClient\b|\bcreateTRPCClient\b/],
    ["a link that batches", /\bhttpBatchLink\b|\bhttpLink\b/],
  ])("only the client sets %s", (_, pattern) => {
    expect(withText(pattern, except("web/trpc.ts"))).toEqual([]);
  });

  test("the client lets a change fail, and sends it over the one link", () => {
    const { text } = files.find(({ file }) => file === "web/trpc.ts") as { text: string };
    expect(text).toContain('mutations: { networkMode: "always", retry: false }');
    expect(text).toMatch(/condition: \(operation\) => operation\.type === "mutation",\s*true: sendLink/);
  });

  test("only this link and the look-up of lost changes post to a procedure", () => {
    expect(withText(/method:\s*"POST"/).toSorted()).toEqual(["web/sending/send.ts", "web/sending/unanswered.ts"]);
  });
});

describe("what is typed is kept:", () => {
  const subjects = files.flatMap(({ file, text }) =>
    [...text.matchAll(/\bsubject: ("[^"]+"|`[^\n]+`),$/gm)].flatMap(([, subject]) =>
      /\buse(?:Action|Drafted|Settings)Form\b/.test(text) ? [{ file, subject: subject ?? "" }] : [],
    ),
  );

  test("all forms keep a draft", () => {
    const without = new Set([
      // A search is not sent, and the address that it holds is a person's.
      "web/pages/people/people.tsx",
      // Only choices.
      "web/pages/endpoints/resend-dialog.tsx",
      "web/pages/endpoints/rotate-dialog.tsx",
    ]);
    expect(withText(/\buseForm[<(]/).filter((file) => !without.has(file))).toEqual(["web/components/drafted-form.tsx"]);
  });

  test("no two forms share a draft, and none names it by what differs each time", () => {
    expect(subjects.length).toBeGreaterThan(30);
    const begun = subjects.map(({ subject }) => subject.slice(1).replace(/\$\{.*|["`]$/s, ""));
    expect(begun.filter((one, index) => begun.indexOf(one) !== index && one !== "")).toEqual([]);
    expect(subjects.filter(({ subject }) => /Date|now|random|newId|At\b/.test(subject))).toEqual([]);
  });
});
