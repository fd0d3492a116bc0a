/** Streams changes to open pages. */
import type { ChangeView } from "../../shared/views/history.ts";
import type { StreamEnd } from "./streams.ts";
import { router, viewerProcedure } from "./init.ts";

/** `resync`: changes may have been missed, for example during a restart of PostgreSQL; the page reads everything again. */
export type LiveView = ChangeView | { topic: "resync"; subscriptionId: null };

/**
 * `hello`: the stream is open. `beat`: nothing has changed, and the server is alive. `ended`: the server closes the
 * stream and says why; the page waits for the given time before it opens another.
 */
export type LiveEvent =
  | LiveView
  | { topic: "hello" }
  | { topic: "beat" }
  | { topic: "ended"; reason: string; waitMs: number };

export const liveRouter = router({
  changes: viewerProcedure.subscription(async function* ({ ctx, signal }): AsyncGenerator<LiveEvent> {
    const ended = new AbortController();
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const stream = ctx.takeStream((reason) => ended.abort(reason));
    if (!stream.isOpen) {
      yield { topic: "ended", reason: stream.reason, waitMs: stream.waitMs };
      return;
    }
    const unwatch = ctx.watchSignIn(() => ended.abort(null));
    try {
      const follower = ctx.changes.follow(stop);
      yield { topic: "hello" };
      for await (const changes of follower) {
        if (changes === null) yield { topic: "resync", subscriptionId: null };
        else if (changes.length === 0) yield { topic: "beat" };
        else yield* changes;
      }
      const reason = ended.signal.reason as StreamEnd | null | undefined;
      if (reason) yield { topic: "ended", ...reason };
    } finally {
      unwatch();
      stream.release();
    }
  }),
});
