/** Configurable faults for calls to the marketplace's, Entra's and Graph's addresses. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Refusal } from "./fulfillment/refusal.ts";
import type { Fault } from "./model.ts";
import type { World } from "./world.ts";

const methods = ["*", "GET", "POST", "PATCH", "DELETE", "PUT"];

export const faultInput = z.strictObject({
  /** `METHOD path`: the path is a prefix, or a regular expression when it begins with `^`. `*` is any method. */
  target: z.string().min(3).max(500),
  times: z.int().min(1).max(1_000_000).optional(),
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  hangMs: z.int().min(0).max(600_000).optional(),
  cut: z.enum(["before", "after"]).optional(),
  effect: z.boolean().optional(),
  /** The response comes from an intermediary, such as a proxy, so it has none of Microsoft's IDs. */
  isForeign: z.boolean().optional(),
});
export type FaultInput = z.infer<typeof faultInput>;

/** Adds a fault for matching calls; it applies `times` times or until it is removed. */
export function addFault(world: World, input: FaultInput): Fault {
  parseTarget(input.target);
  const { body } = input;
  const fault: Fault = {
    id: randomUUID(),
    target: input.target,
    remaining: input.times ?? null,
    applied: 0,
    status: input.status ?? null,
    headers: input.headers ?? {},
    body: body === undefined || typeof body === "string" ? (body ?? null) : JSON.stringify(body),
    delayMs: input.delayMs ?? 0,
    hangMs: input.hangMs ?? 0,
    cut: input.cut ?? null,
    effect: input.effect ?? false,
    isForeign: input.isForeign ?? false,
  };
  world.state.faults.push(fault);
  world.changed();
  return fault;
}

/** Simulates an expired client secret whose last access token has expired as well. */
export function expireSecret(world: World): void {
  addFault(world, {
    target: "POST ^/[^/]+/oauth2/",
    status: 401,
    body: {
      error: "invalid_client",
      error_description: "AADSTS7000222: The provided client secret keys for app are expired. Trace ID: sandbox",
      error_codes: [7_000_222],
    },
  });
  addFault(world, { target: "* /api", status: 403, body: {} });
}

function parseTarget(target: string): { method: string; matches: (path: string) => boolean } {
  const [method = "", path = ""] = target.split(/ (.*)/s);
  if (!methods.includes(method) || !/^[/^]/.test(path)) {
    throw new Refusal(
      400,
      "Write the target as METHOD and path, for instance `GET /api/saas/subscriptions` or `POST ^/api/.*/activate$`.",
    );
  }
  if (!path.startsWith("^")) return { method, matches: (candidate) => candidate.startsWith(path) };
  try {
    const pattern = new RegExp(path);
    return { method, matches: (candidate) => pattern.test(candidate) };
  } catch {
    throw new Refusal(400, `"${path}" is not a regular expression.`);
  }
}

/** Finds the first fault that matches a call and counts it as applied; null if none matches. `path` has no query. */
export function takeFault(world: World, method: string, path: string): Fault | null {
  const fault = world.state.faults.find((candidate) => {
    const target = parseTarget(candidate.target);
    return (target.method === "*" || target.method === method) && target.matches(path);
  });
  if (!fault) return null;
  fault.applied += 1;
  if (fault.remaining !== null) fault.remaining -= 1;
  if (fault.remaining === 0) world.state.faults = world.state.faults.filter((candidate) => candidate !== fault);
  world.changed();
  return fault;
}

/**
 * Applies a fault around the real handler. null: close the connection without a response. Without `status`, `cut` and
 * `hang` the real response is sent after `delayMs` with the fault's headers added.
 */
export async function applyFault(
  world: World,
  fault: Fault,
  handle: () => Promise<Response>,
): Promise<Response | null> {
  await pause(world, fault.delayMs);
  if (fault.cut === "before") return null;
  const replaces = fault.status !== null || fault.body !== null;
  const real = !replaces || fault.effect || fault.cut === "after" || fault.hangMs > 0 ? await handle() : null;
  if (fault.hangMs > 0) {
    await pause(world, fault.hangMs);
    return null;
  }
  if (fault.cut === "after") return null;
  if (replaces || !real) {
    const status = fault.status ?? 200;
    // A response with one of these statuses has no body.
    const body = [204, 205, 304].includes(status) ? null : fault.body;
    return new Response(body, { status, headers: { "content-type": typeOf(body ?? ""), ...fault.headers } });
  }
  const answer = new Response(real.body, real);
  for (const [name, value] of Object.entries(fault.headers)) answer.headers.set(name, value);
  return answer;
}

function typeOf(body: string): string {
  const kind = /^\s*[[{"]/.test(body) ? "application/json" : /^\s*</.test(body) ? "text/html" : "text/plain";
  return `${kind}; charset=utf-8`;
}

async function pause(world: World, ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: world.stopping }).catch(() => undefined);
}

/** Describes a fault in words. */
export function faultInWords(fault: Fault): string {
  const parts = [
    fault.delayMs > 0 ? `waits ${fault.delayMs} ms` : "",
    fault.cut ? `closes the connection ${fault.cut} processing` : "",
    fault.hangMs > 0 ? `withholds the response for ${fault.hangMs} ms, then closes the connection` : "",
    fault.isForeign ? "responds instead of Microsoft" : "",
    fault.status !== null ? `returns ${fault.status}${fault.effect ? " after processing" : ""}` : "",
    Object.keys(fault.headers).length > 0 ? `sends ${Object.keys(fault.headers).join(", ")}` : "",
  ].filter(Boolean);
  return parts.join(", ") || "replaces the body";
}
