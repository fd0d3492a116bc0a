/** Calls whose answers are read: as JSON, as rows, or as the change that Microsoft accepted. */

import { plainGuid } from "../../shared/guid.ts";
import type { Answer, Call } from "./call.ts";
import { createCaller, type CallerOptions } from "./caller.ts";
import { errorOfUnreadable, readRetryAfter } from "./failures.ts";
import { parseJson, readOperationId, rowsOf } from "./parse-response.ts";
import type { AcceptedChange, CallOptions } from "./types.ts";

/** The path of all calls about subscriptions. */
export const subscriptions = ["saas", "subscriptions"];

export type ReadCalls = ReturnType<typeof createReadCalls>;

/** All throw `MarketplaceError` if the call fails or its answer cannot be read. */
export function createReadCalls(options: CallerOptions) {
  const send = createCaller(options);
  const { now = () => new Date() } = options;

  async function read<T>(
    call: Call,
    o: CallOptions | undefined,
    parse: (value: unknown, answer: Answer) => T | null,
  ): Promise<T> {
    const answer = await send(call, o);
    const result = parse(jsonOf(answer, call), answer);
    if (result === null) throw errorOfUnreadable(call, answer, "The response lacks the requested data.");
    return result;
  }

  function jsonOf(answer: Answer, call: Call): unknown {
    try {
      return parseJson(answer.text);
    } catch {
      throw errorOfUnreadable(call, answer, "The response is not JSON.");
    }
  }

  async function rows(call: Call, o: CallOptions | undefined, name: string): Promise<unknown[]> {
    return rowsOf(jsonOf(await send(call, o), call), name);
  }

  /** The operation that Microsoft created for our change, and when to poll it. */
  async function change(call: Call, o: CallOptions | undefined): Promise<AcceptedChange> {
    const { headers } = await send(call, o);
    const operationId = readOperationId(headers);
    return { operationId: operationId && plainGuid(operationId), retryAfterMs: readRetryAfter(headers, now()) };
  }

  return { send, jsonOf, read, rows, change, now };
}
