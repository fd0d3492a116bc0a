/** Requests to Entra, with the ids that Microsoft's support asks for. */
import { randomUUID } from "node:crypto";
import type { CallRecord } from "./types.ts";

/** Like `fetch`, for addresses of Entra. */
export type EntraFetch = (url: string, init?: RequestInit) => Promise<Response>;

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * A fetch that reports each request to `onCall`: method, path, status and ids, but no query, headers or bodies,
 * which contain secrets, codes and tokens. Entra returns its request id as `x-ms-request-id`; without a response
 * our own id is used.
 */
export function createEntraFetch(onCall: (call: CallRecord) => void, now: () => Date): EntraFetch {
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const correlationId = correlationIdOf(headers, init.body) ?? randomUUID();
    headers.set("client-request-id", correlationId);
    const at = now();
    const startedAt = performance.now();
    let response: Response | null = null;
    try {
      response = await fetch(url, { ...init, headers });
      return response;
    } finally {
      const microsoftId = response?.headers.get("x-ms-request-id") ?? "";
      onCall({
        method: init.method ?? "GET",
        path: new URL(url).pathname,
        status: response?.status ?? null,
        requestId: uuid.test(microsoftId) ? microsoftId : correlationId,
        correlationId,
        attempt: 1,
        at,
        durationMs: performance.now() - startedAt,
      });
    }
  };
}

/** msal puts its own id into the form of a token request. */
function correlationIdOf(headers: Headers, body: RequestInit["body"]): string | null {
  const form = typeof body === "string" ? new URLSearchParams(body).get("client-request-id") : null;
  return [headers.get("client-request-id"), form].find((id) => uuid.test(id ?? "")) ?? null;
}
