/** Runs jobs: graphile-worker under a supervisor that restarts it after the database was unavailable. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventEmitter } from "node:events";
import { Logger as JobLogger, run, type Runner, type TaskList, type WorkerEvents } from "graphile-worker";
import type pg from "pg";
import type { Logger } from "pino";
import type { Database } from "../database/connection/database.ts";
import { createDeadWorkerRelease, freeAbandonedQueues, openLiveness } from "./liveness.ts";
import { restartOnFailure } from "./restart-on-failure.ts";
import { type RecurringJob, startSchedule } from "./schedule.ts";

/** Jobs in progress per instance. Operations are not jobs: see `settling.ts`. */
export const jobConcurrency = 4;
/** A worker that is absent at this many checks in a row is dead: a lost connection is reopened sooner. */
const releaseEveryMs = 750;
const checksBeforeRelease = 3;

/**
 * One statement a second looks for jobs, instead of one for each job that could run. It fetches one job at a time, and returns it
 * soon if all of `jobConcurrency` are in progress, so that another instance can run it.
 */
const localQueue = { size: 1, ttl: 1_000 };
/** The beginning of graphile-worker's warning about this size. */
const sizeWarning = "Your job batch size";

const cleanUpIntervalMs = 10_000;
/** More than the deadline of one call to Microsoft would delay deployments. */
const stopTimeoutMs = 5_000;

export type WorkerOptions = {
  url: string;
  pool: pg.Pool;
  db: Database;
  tasks: TaskList;
  recurring: RecurringJob[];
  log: Logger;
};

/** Starts working; `stop` waits for running jobs for as long as the caller does. */
export function startWorker(options: WorkerOptions) {
  const { db, log } = options;
  let isStopped = false;
  let runner: Runner | null = null;

  async function superviseOnce(): Promise<void> {
    let abandon = (): void => {};
    const lost = new Promise<void>((resolve) => {
      abandon = resolve;
    });
    const liveness = await openLiveness({ url: options.url, onLost: abandon });
    try {
      const events: WorkerEvents = new EventEmitter();
      // Jobs are locked by the pool, not by its workers.
      events.on("pool:create", ({ workerPool }) => void liveness.prove(workerPool.id).catch(abandon));
      // A pool that lost the database shuts down, and sometimes never completes that.
      events.on("pool:gracefulShutdown", abandon);
      runner = await run({
        pgPool: options.pool,
        taskList: options.tasks,
        // Otherwise graphile-worker looks for a crontab file.
        parsedCronItems: [],
        concurrency: jobConcurrency,
        pollInterval: 1_000,
        // With separate completions, 0.17.3 leaves their promises unhandled: an unavailable database would end this
        // process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue } },
        noHandleSignals: true,
        events,
        logger: jobLogger(log),
      });
      if (isStopped) await stopRunner(runner);
      await Promise.race([runner.promise, lost]);
      if (!isStopped) await stopRunner(runner);
    } finally {
      runner = null;
      await liveness.close();
    }
  }

  const releaseDead = createDeadWorkerRelease(db, { checks: checksBeforeRelease });
  const release = setInterval(() => {
    releaseDead().then(
      (dead) => dead > 0 && log.warn({ dead }, "freed the work of dead workers"),
      () => {},
    );
  }, releaseEveryMs);
  const cleanUp = setInterval(() => void freeAbandonedQueues(db).catch(() => {}), cleanUpIntervalMs);
  const schedule = startSchedule({ db, jobs: options.recurring, log });
  const supervised = restartOnFailure(superviseOnce, {
    isStopped: () => isStopped,
    log,
    failureMessage: "the jobs stopped; restarting in a second",
  });

  return {
    async stop(): Promise<void> {
      isStopped = true;
      clearInterval(release);
      clearInterval(cleanUp);
      await schedule.stop();
      if (runner) await stopRunner(runner);
      await supervised;
    },
  };
}

/** Waits up to `stopTimeoutMs` for running jobs; a pool that does not end is treated like a dead one. */
async function stopRunner(runner: Runner): Promise<void> {
  const timer = new AbortController();
  const timeout = sleep(stopTimeoutMs, undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([
    runner.promise.catch(() => {}),
    runner.stop().catch(() => runner.promise.catch(() => {})),
    timeout,
  ]);
  timer.abort();
}

function taskOf(job: unknown): unknown {
  return typeof job === "object" && job !== null && "task_identifier" in job ? job.task_identifier : undefined;
}

function jobLogger(log: Logger): JobLogger {
  const levels = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;
  return new JobLogger(() => (level, message, meta) => {
    if (message.startsWith(sizeWarning)) return;
    // Its error messages quote the statement's parameters.
    if (level !== "error" && meta?.["error"] === undefined) log[levels[level]]({ part: "jobs" }, message);
    else
      log[levels[level]](
        { part: "jobs", err: meta?.["error"], task: taskOf(meta?.["job"]) },
        "the job queue reported a problem",
      );
  });
}
