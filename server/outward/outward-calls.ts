/**
 * Calls to addresses that users enter. Each new connection resolves the name and checks the address that it connects
 * to, so that a name that changes its address cannot reach an internal host. Redirects are not followed.
 */
import { isIP } from "node:net";
import { Agent, errors, request } from "undici";
import { AddressRefused, hostOf, readAddress } from "./addresses.ts";
import { createPermittedConnect } from "./permitted-connect.ts";
import { createResolve, type Resolve, resolvePermitted } from "./resolve.ts";

/** From the start to the end of the answer, name resolution included. */
export const callTimeoutMs = 10_000;
/** More of an answer is not read. */
const maxAnswerBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;
/** Interim answers (1xx) before the answer; without a limit, a flood of them would occupy the processor until the timeout. */
const maxInterimAnswers = 10;
const keepAliveMs = 10_000;

export type OutwardAnswer = {
  status: number;
  retryAfter: string | null;
  /** At most `maxAnswerBytes` of it. */
  body: Buffer;
};

/** A call without an answer; the message is a sentence for staff. */
export class CallFailed extends Error {
  override name = "CallFailed";
}

export type OutwardCalls = ReturnType<typeof createOutwardCalls>;

/** @param options.allowedHosts hosts that may be on this machine or a private network */
export function createOutwardCalls(options: {
  allowedHosts: readonly string[];
  resolve?: Resolve;
  timeoutMs?: number;
}) {
  const { allowedHosts, resolve = createResolve(), timeoutMs = callTimeoutMs } = options;
  const agent = new Agent({
    connect: createPermittedConnect({ allowedHosts, resolve, timeoutMs }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    pipelining: 1,
  });

  return {
    /**
     * Why this address cannot be used, before anything is sent to it; null if it can.
     * @returns a sentence for the person who entered it
     */
    async addressProblem(address: string): Promise<string | null> {
      try {
        const url = readAddress(address, allowedHosts);
        const host = hostOf(url);
        if (!isIP(host)) await resolvePermitted(host, { allowedHosts, resolve });
        return null;
      } catch (error) {
        if (error instanceof AddressRefused) return error.message;
        return "The name in the address cannot be resolved. Check its spelling.";
      }
    },
    /**
     * Posts once.
     * @throws AddressRefused if the address may not be called, CallFailed if there was no answer
     */
    async post(address: string, headers: Record<string, string>, body: string | Buffer): Promise<OutwardAnswer> {
      const url = readAddress(address, allowedHosts);
      const flood = new AbortController();
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), flood.signal]);
      let interim = 0;
      const onInfo = () => {
        interim += 1;
        if (interim > maxInterimAnswers)
          flood.abort(new CallFailed("The answer did not begin after ten interim ones."));
      };
      try {
        const answer = await request(url, { method: "POST", headers, body, dispatcher: agent, signal, onInfo });
        const retryAfter = answer.headers["retry-after"];
        return {
          status: answer.statusCode,
          retryAfter: typeof retryAfter === "string" ? retryAfter : null,
          body: await readSome(answer.body),
        };
      } catch (error) {
        throw failureOf(error, timeoutMs);
      }
    },
    stop: () => agent.destroy(),
  };
}

/** The beginning of a body. The status has decided already, so a body that breaks off does not matter. */
async function readSome(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxAnswerBytes) break;
    }
  } catch {
    // What was read is enough.
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes);
}

const unresolved = "The name of the address cannot be resolved.";
const unresolvedInTime = "The name of the address was not resolved in time.";

const failureWords: Record<string, string> = {
  ECONNREFUSED: "The connection was refused.",
  ECONNRESET: "The connection was closed without an answer.",
  UND_ERR_SOCKET: "The connection was closed without an answer.",
  EHOSTUNREACH: "The address cannot be reached.",
  ENETUNREACH: "The address cannot be reached.",
  UND_ERR_HEADERS_OVERFLOW: "The answer's headers are too large.",
};

function failureOf(error: unknown, timeoutMs: number): Error {
  if (error instanceof AddressRefused || error instanceof CallFailed) return error;
  const { name, code, cause, syscall } = error as { name?: string; code?: string; cause?: unknown; syscall?: string };
  if (cause instanceof AddressRefused) return cause;
  const isTimeout =
    name === "TimeoutError" ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  if (isTimeout) return new CallFailed(`There was no answer within ${timeoutMs / 1_000} seconds.`);
  // Of the name server, whose codes are also those of connections.
  if (syscall !== undefined && /^(?:query|getaddrinfo)/.test(syscall)) {
    return new CallFailed(code === "ETIMEOUT" || code === "EAI_AGAIN" ? unresolvedInTime : unresolved);
  }
  if (code !== undefined && code in failureWords) return new CallFailed(failureWords[code]);
  if (code !== undefined && /CERT|SSL|TLS|ALTNAME|SELF_SIGNED|VERIFY/.test(code)) {
    return new CallFailed(`The certificate or TLS connection is not valid (${code}).`);
  }
  return new CallFailed(`The call failed${code === undefined ? "" : ` (${code})`}.`);
}
