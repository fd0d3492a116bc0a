/**
 * Reads that the tabs of a browser share. A tab that is not in use asks the tab with the stream, which sends what several tabs ask for
 * only once. Otherwise twenty tabs would all read what a change makes stale, over the few connections of their browser.
 */
import type { TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../../server/trpc/router.ts";
import { wasUsedWithin } from "./user-activity.ts";

export type Read = { path: string; input: unknown };
/** Null: the tab reads on its own. */
export type Ask = (read: Read) => Promise<{ data: unknown } | null>;

/** A tab in use does not wait for another one. */
const inUseMs = 5_000;

let ask: Ask | null = null;

/** @param next null: this tab reads on its own */
export function askOtherTab(next: Ask | null): void {
  ask = next;
}

export const sharedLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const isOwn = op.type !== "query" || op.context["isForAllTabs"] === true || op.context["skipBatch"] === true;
    if (isOwn || ask === null || wasUsedWithin(inUseMs)) return next(op);
    const answer = ask({ path: op.path, input: op.input });
    return observable((observer) => {
      let isEnded = false;
      let own: { unsubscribe(): void } | undefined;
      void answer.then((found) => {
        if (isEnded) return;
        if (found === null) own = next(op).subscribe(observer);
        else {
          observer.next({ result: { type: "data", data: found.data } });
          observer.complete();
        }
      });
      return () => {
        isEnded = true;
        own?.unsubscribe();
      };
    });
  };
