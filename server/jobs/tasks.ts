/** What each kind of job does. */
import type { TaskList } from "graphile-worker";
import { z } from "zod";
import { continueReconcile, noteReconcileTrouble, startReconcile } from "../commands/reconcile.ts";
import { settleOperation } from "../commands/settle-operation.ts";
import type { Context } from "../context.ts";
import { MarketplaceError } from "../marketplace/errors.ts";
import { enqueueSettle } from "./enqueue.ts";
import { operationById } from "../database/operation-queries.ts";

type JobContext = Omit<Context, "actor">;

const settlePayload = z.object({ operationId: z.uuid() });

export function createTasks(deps: JobContext): TaskList {
  const reconciling: Context = { ...deps, actor: { kind: "system", name: "Reconcile" } };
  return {
    async "settle-operation"(payload) {
      const { operationId } = settlePayload.parse(payload);
      const settling = await settleOperation({ ...deps, actor: { kind: "system", name: "Marketdesk" } }, operationId);
      if (settling.isDone) return;
      const operation = await operationById(deps.db, operationId);
      if (operation) await enqueueSettle(deps.db, operation, settling.runAt);
    },

    async reconcile(_payload, { abortSignal }) {
      try {
        await continueReconcile(reconciling, abortSignal);
      } catch (error) {
        if (error instanceof MarketplaceError) await noteReconcileTrouble(reconciling, error.message);
        throw error;
      }
    },

    async "start-reconcile"() {
      await startReconcile(reconciling);
    },
  };
}

/** A webhook that never came is found by the next comparison. */
export const cron = [{ task: "start-reconcile", match: "*/10 * * * *" }];
