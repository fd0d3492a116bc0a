import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { includesRole, roles } from "../../shared/roles.ts";
import { appRouter } from "../../server/trpc/router.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

type Definition = { meta?: { role?: string }; type: string };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>).map(
  ([path, procedure]) => ({ path, type: procedure._def.type, role: procedure._def.meta?.role }),
);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

/** Calls the procedure with an input that no schema accepts: a permitted role gets that error, others are refused before. */
async function refusal(path: string, role: (typeof roles)[number]): Promise<string> {
  const caller = app.as(role);
  const call = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], caller) as (
    input: unknown,
  ) => Promise<unknown>;
  try {
    await call({ noSuchField: true });
    return "none";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe("probe 67: all procedures and roles", () => {
  test.each(procedures)("$path declares the role that it needs", ({ role }) => {
    expect(roles).toContain(role);
  });

  const withInput = procedures.filter(({ type }) => type !== "subscription");
  test.each(withInput.flatMap((procedure) => roles.map((role) => ({ ...procedure, callerRole: role }))))(
    "$path as $callerRole",
    async ({ path, role, callerRole }) => {
      const answer = await refusal(path, callerRole);
      if (includesRole(callerRole, role as (typeof roles)[number])) expect(answer).not.toBe("FORBIDDEN");
      else expect(answer).toBe("FORBIDDEN");
    },
  );

  test("no procedure answers without a session", async () => {
    for (const { path, type } of procedures) {
      const response = await fetch(`${app.url}/trpc/${path}?input=${encodeURIComponent("{}")}`, {
        method: type === "mutation" ? "POST" : "GET",
        headers: { origin: app.url, "x-marketdesk": "1", "content-type": "application/json" },
        body: type === "mutation" ? "{}" : undefined,
      });
      const text = await response.text();
      expect(type === "subscription" ? text : response.status, path).toEqual(
        type === "subscription" ? expect.stringContaining("UNAUTHORIZED") : 401,
      );
    }
  });
});
