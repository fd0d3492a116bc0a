/** The last 2,000 calls that the sandbox received, without tokens and secrets. */

export type Call = {
  id: number;
  /** When it arrived: ISO 8601, real time. */
  at: string;
  area: "marketplace" | "entra" | "graph";
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  /** null: the connection was closed without a response. */
  status: number | null;
  durationMs: number;
  requestId: string | null;
  correlationId: string | null;
  /** Parsed if it is JSON, otherwise text of at most 4,000 characters; null if empty. */
  requestBody: unknown;
  responseBody: unknown;
  /** The fault that was applied, or why the call was rejected. */
  note: string | null;
};

export type CallLog = { add(call: Omit<Call, "id">): void; list(): Call[]; clear(): void };

const maxCalls = 2000;
const maxBodyCharacters = 4000;

export function createCallLog(): CallLog {
  let calls: Call[] = [];
  let count = 0;
  return {
    add(call) {
      count += 1;
      calls.push({ id: count, ...call });
      if (calls.length >= maxCalls * 1.1) calls = calls.slice(-maxCalls);
    },
    list: () => calls.slice(-maxCalls),
    clear() {
      calls = [];
    },
  };
}

/** A body in the form in which it is logged. */
export function bodyForLog(text: string): unknown {
  if (text === "") return null;
  if (text.length > maxBodyCharacters) return `${text.slice(0, maxBodyCharacters)}… (${text.length} characters)`;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
