/** What changes, as it changes. */
import type { ChangeView } from "../../shared/views/history.ts";
import { router, viewerProcedure } from "./init.ts";

/** `resync`: changes may have been missed, for instance while PostgreSQL restarted; ask for everything again. */
export type LiveView = ChangeView | { topic: "resync"; subscriptionId: null };

export const liveRouter = router({
  changes: viewerProcedure.subscription(async function* ({ ctx, signal }): AsyncGenerator<LiveView> {
    const ended = new AbortController();
    const unwatch = ctx.watchSignIn(() => ended.abort());
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    try {
      for await (const changes of ctx.changes.follow(stop)) {
        if (changes === null) yield { topic: "resync", subscriptionId: null };
        else yield* changes;
      }
    } catch (error) {
      if (!stop.aborted) throw error;
    } finally {
      unwatch();
    }
  }),
});
