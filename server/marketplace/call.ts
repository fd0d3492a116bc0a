/** A call to the Marketplace and its answer, as the client asks for it. */
import type { IncomingHttpHeaders } from "node:http";
import type { CallOptions } from "./types.ts";

export type Call = {
  /** For people: "Change plan". */
  name: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: readonly string[];
  query?: string;
  body?: object;
  purchaseToken?: string;
  /** `none`: a read. `repeatable`: sent twice it has one outcome. `once`: not sent again when it may have arrived. */
  effect: "none" | "repeatable" | "once";
  /** The answer is long enough to be worth packing. */
  isLong?: boolean;
  /** Microsoft answers reads of unknown operations with 400. */
  isOperationRead?: boolean;
  /** Asked before the repeat of a change that may have happened: true ends the call as done. */
  isDone?: (options: CallOptions) => Promise<boolean>;
};

export type CallIds = { requestId: string; correlationId: string };
/** `text` is empty for a change: its answer is in status and headers. */
export type Answer = CallIds & { status: number; headers: IncomingHttpHeaders; text: string };
