/** What each part of the app receives when it starts, and how all started parts are stopped. */
import type { Logger } from "pino";
import type { Config } from "../config/shape.ts";
import type { HostClock } from "./host-clock.ts";

export type Composition = {
  config: Config;
  log: Logger;
  hostClock: HostClock;
  /** Real time, for infrastructure such as jobs and sessions. */
  now: () => Date;
  /** The clock for timestamps of records: shifted while the sandbox replays the sample history. */
  recordNow: () => Date;
  /** Microsoft's time. With the sandbox, this is the sandbox's clock, which people can move. */
  marketplaceNow: () => Date;
  /** The same moment in the time of `recordNow`. */
  toRecordTime: (at: Date) => Date;
  started: Running["started"];
};

type Running = ReturnType<typeof createRunning>;

/** The parts that run. A part that fails to stop is logged and does not keep the others from stopping. */
export function createRunning(log: Logger) {
  const stack = new AsyncDisposableStack();
  return {
    /** Registers a part that was just started, and returns it. */
    started<Part>(name: string, part: Part, stop: (part: Part) => void | Promise<unknown>): Part {
      stack.defer(async () => {
        try {
          await stop(part);
        } catch (error) {
          log.warn({ err: error, part: name }, "a part did not stop cleanly");
        }
      });
      return part;
    },
    /** Stops all parts, the last one first. A second call does nothing. */
    stop: () => stack.disposeAsync(),
  };
}
