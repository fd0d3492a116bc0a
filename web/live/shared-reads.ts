/**
 * Reads that the tabs of a browser share. A tab that is not in use reads through the leading tab, which sends a read that several tabs
 * need only once. Otherwise twenty tabs would all reread stale data, over the few connections of their browser.
 */
import type { TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../../server/trpc/router.ts";
import { wasUsedWithin } from "./user-activity.ts";

export type Read = { path: string; input: unknown };
/** Sends a read through the leading tab. Resolves to null if it does not answer; then the tab sends the read itself. */
export type SharedRead = (read: Read) => Promise<{ data: unknown } | null>;

/** A tab with input within this time sends its reads itself, without waiting for another tab. */
const inUseMs = 5_000;

let readThroughLeader: SharedRead | null = null;

/** @param next null: this tab sends all of its reads itself */
export function setSharedRead(next: SharedRead | null): void {
  readThroughLeader = next;
}

export const sharedLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    const isOwn = op.type !== "query" || op.context["isForAllTabs"] === true || op.context["skipBatch"] === true;
    if (isOwn || readThroughLeader === null || wasUsedWithin(inUseMs)) return next(op);
    const answer = readThroughLeader({ path: op.path, input: op.input });
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
