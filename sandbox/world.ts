/** What every part of a running sandbox shares. */
import type { CallLog } from "./calls.ts";
import type { Ledger } from "./ledger.ts";
import type { Timers } from "./timers.ts";
import type { State } from "./model.ts";

export type World = {
  state: State;
  /** The sandbox's own address, without a trailing slash; it is the authority of its Entra too. */
  url: string;
  landingUrl: string;
  webhookUrl: string;
  calls: CallLog;
  ledger: Ledger;
  timers: Timers;
  /** Pauses between the attempts of one webhook; the last one repeats. */
  webhookRetryMs: readonly number[];
  /** The sandbox's clock, in milliseconds. */
  now(): number;
  /** To be called after every change of the state. */
  changed(): void;
  /** Counts changes, for pages that follow along. */
  version(): number;
  log(line: string): void;
  stopping: AbortSignal;
};
