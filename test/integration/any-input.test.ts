/** Any input of any procedure by someone who may call it: an answer in words, never an internal error, and every page still opens. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type z, ZodError } from "zod";
import { appRouter } from "../../server/trpc/router.ts";
import { anyInput, type Known } from "../support/any-input.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

/** Another seed, or more runs, can find more. */
const seed = Number(process.env["ANY_INPUT_SEED"] ?? 29);
const numRuns = Number(process.env["ANY_INPUT_RUNS"] ?? 6);

type Definition = { type: string; inputs: z.ZodType[] };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>)
  .map(([path, { _def }]) => ({ path, type: _def.type, input: _def.inputs[0] }))
  .filter(({ type }) => type !== "subscription");
const reads = procedures.filter(({ type }) => type === "query");

let app: TestApp;
let known: Known;
/** Ids of what exists. */
const ids: string[] = [];
/** The same by the router that answered with them, in the order in which they were found. */
const idsByRouter = new Map<string, Set<unknown>>();
const routerOf = (path: string) => path.split(".")[0] ?? "";
let subscriptionIds: string[];
const cursors: string[] = [];
const versions: unknown[] = [0, 0, 1];

beforeAll(async () => {
  app = await startTestApp();
  const admin = app.as("admin");
  const endpoint = { name: "Product", address: "http://127.0.0.1:9/webhooks", eventTypes: null, offerIds: null };
  await admin.endpoints.create(endpoint);
  const rule = {
    trigger: { kind: "enters" as const },
    filters: { tag: "new" },
    actions: [{ kind: "suspend" as const }],
  };
  await admin.automations.create({ name: "New ones", rule, reason: "To see them" });
  subscriptionIds = [await app.buyActive(), await app.buyActive(), await app.buy()];
  ids.push(...subscriptionIds);
  cursors.push(...oddCursors(subscriptionIds[0]!));
  const dayMs = 86_400_000;
  const instant = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
  const day = (days: number) => instant(days).slice(0, 10);
  const reported = { id: "e1", dimension: "messages", quantity: "1", time: instant(-0.1) };
  const file = (line: object) => `${Object.keys(line).join(",")}\n${Object.values(line).join(",")}\n`;
  known = [
    [/^usage\.enter id$/, ["staff 019ab000-0000-7000-8000-000000000001", "staff 019ab000-0000-7000-8000-000000000002"]],
    [/^usage\.\w+File text$/, [file({ ...reported, subscriptionId: ids[0] }), file(reported), "a;b;c\n1;2;3"]],
    [/^endpoints\.\w+ since$/, [instant(-1)]],
    [/^(?:needs|notifications)\.\w+ until$/, [instant(1)]],
    [/^security\.endSession \w+$/, ["0123456789abcdef"]],
    [/^messages\.\w+ id$/, [1, 2, 3]],
    [/^destinations\.\w+ origin$/, ["https://product.example", "https://other.example:444"]],
    [/^purchaserMails\.\w+ kind$/, ["active", "suspended", "canceled"]],
    [/ subscriptionIds?$/, subscriptionIds],
    [/ (?:id|endpointId|customerId|into|receiver|viewId|ids|subscriptions?|link)$/, ids],
    [/ (?:reason|note|text)$/, ["a good reason", "because\nof this"]],
    [/ (?:email|supportEmail|to)$/, ["ann@contoso.example", "bob@contoso.example"]],
    [/ (?:address|url|endpoint|\w+Url)$/, ["http://localhost:1/hooks", "https://192.0.2.1/x"]],
    [/ offer(?:Id|Ids)?$/, ["insight", "insight", "none"]],
    [/ plan(?:Id|Ids)?$/, ["team", "business", "none"]],
    [/ dimension$/, ["messages"]],
    [/ termUnit$/, ["P1M", "P1Y"]],
    [/ accent$/, ["#0b6b68", ""]],
    [/ (?:owner|seenOwner|staff|people|mentions|actor)$/, ["tenant:admin", "me", "none"]],
    [/ seen\w+$/, versions],
    [/ (?:on|seenOn|day|movedIn|\w*From|\w*To|from|to|since|followUp|until|term)$/, [day(1), day(30), day(-1)]],
    [/ (?:at|dailyAt)$/, ["08:00", "23:59"]],
    [/ time$/, [instant(-0.1), instant(-2)]],
    [/ quantity$/, ["1", "0.1", 3]],
    [/ included$/, ["1", "0.1", "9999999999.9999999999", "unlimited"]],
    [/ zone$/, ["Europe/Berlin", "UTC"]],
    [/ via$/, ["mail", "push"]],
    [/ p256dh$/, ["B".repeat(87)]],
    [/ auth$/, ["A".repeat(22)]],
    [/ logo$/, ["keep", "none", "iVBORw0KGgo="]],
    [/ cursor$/, cursors],
  ];
});
afterAll(() => app?.stop());

function oddCursors(id: string): string[] {
  const places = [[], {}, null, ["a"], [1, 2], [true], [id], [id, id], [null, id], [-1, id], [1e300, id], ["0.5", "x"]];
  const times = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", "0001-01-01", "infinity"];
  return [...places, ...times.map((time) => [time, id]), ["1", "2", "3"]].map((place) =>
    Buffer.from(JSON.stringify(place)).toString("base64url"),
  );
}

/** Notes ids, versions and cursors, so that later inputs are about what exists. */
function noteFound(router: string, answer: unknown, depth = 0): void {
  if (depth > 5 || answer === null || typeof answer !== "object") return;
  const own = idsByRouter.get(router) ?? new Set();
  idsByRouter.set(router, own);
  for (const [key, value] of Object.entries(answer)) {
    if (key === "id" && typeof value !== "object") own.add(value);
    if (typeof value === "string" && /^id$/i.test(key)) ids.push(value);
    else if (typeof value === "string" && /cursor$/i.test(key)) cursors.push(value);
    else if (/version$/i.test(key) && typeof value !== "object") versions.push(value);
    else noteFound(router, value, depth + 1);
  }
}

function call(path: string, input: unknown): Promise<unknown> {
  const caller = app.as("admin");
  const procedure = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], caller);
  return (procedure as (input: unknown) => Promise<unknown>)(input);
}

/** Words of the server, of PostgreSQL or of a library, which say nothing to a person. */
const internal = /internal error|failed query|constraint|violates|undefined|\[object|TypeError|ZodError|\bat \w+ \(/i;

type Failure = { code?: string; message: string; cause?: { message?: string; cause?: { message?: string } } };

/** What is wrong with an answer; null if it is a result, or a refusal in words. */
async function problemOf(path: string, input: unknown): Promise<string | null> {
  try {
    noteFound(routerOf(path), await call(path, input));
    return null;
  } catch (error) {
    const { code, message, cause } = error as Failure;
    const isInvalid = code === "BAD_REQUEST" && cause instanceof ZodError;
    const isInWords =
      code !== undefined && code !== "INTERNAL_SERVER_ERROR" && message !== "" && !internal.test(message);
    if (isInvalid || isInWords) return null;
    return `${path} ${JSON.stringify(input)?.slice(0, 500)}: ${code} ${message} (${cause?.cause?.message ?? cause?.message})`;
  }
}

/** Routers that store what they read by an ID; `truth` reads a subscription. */
const storingRouters = [
  "subscriptions",
  "customers",
  "operations",
  "usage",
  "questions",
  "bulk",
  "automations",
  "messages",
];

test("any input of any procedure is answered in words, and what it stored leaves every page readable", async () => {
  const problems: string[] = [];
  const ask = async (path: string, inputs: unknown[]) => {
    for (const input of inputs) {
      const problem = await problemOf(path, input);
      if (problem !== null) problems.push(problem);
    }
  };
  for (const { path, input } of procedures) {
    await ask(path, input ? fc.sample(anyInput(path, input, known), { numRuns, seed }) : [undefined]);
  }
  for (const { path, input } of reads) {
    const latest = [...(idsByRouter.get(routerOf(path)) ?? [])].slice(-25);
    await ask(path, input ? [{}, ...[...latest, ...subscriptionIds].map((id) => ({ id }))] : [undefined]);
  }
  expect(problems).toEqual([]);
  expect(storingRouters.filter((router) => !idsByRouter.get(router)?.size)).toEqual([]);
});
