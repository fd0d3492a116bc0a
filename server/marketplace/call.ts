/** A call to the Marketplace and its answer, as the client asks for it. */
import type { IncomingHttpHeaders } from "node:http";
import type { CallOptions } from "./types.ts";

export type Call = {
  /** Shown to people: "Change plan". */
  name: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: readonly string[];
  query?: string;
  body?: object;
  purchaseToken?: string;
  /** `none`: a read. `repeatable`: sending twice has one effect. `once`: not sent again if it may have arrived. */
  effect: "none" | "repeatable" | "once";
  /** The answer of a change is in its body. */
  hasResult?: boolean;
  /** The response is long enough for compression. */
  isLong?: boolean;
  /** Instead of 4 MB, after decompression. */
  maxAnswerBytes?: number;
  /** How long one attempt may take, instead of 8 s. */
  maxAttemptMs?: number;
  /** Microsoft answers reads of unknown operations with 400. */
  isOperationRead?: boolean;
  /** Asked before repeating a change that may have happened: true ends the call as a success. */
  isDone?: (options: CallOptions) => Promise<boolean>;
};

export type CallIds = { requestId: string; correlationId: string };
/** `text` is empty for a change without a result, whose status and headers say everything. */
export type Answer = CallIds & { status: number; headers: IncomingHttpHeaders; text: string };
