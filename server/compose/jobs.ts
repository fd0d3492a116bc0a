/** Background work: the job queue with its schedule, the counts it keeps, and what every start does first. */
import { recordCredentials } from "../commands/connection/credentials.ts";
import { startReconcile } from "../commands/reconcile/reconcile.ts";
import { openAnchorFile } from "../commands/upkeep/anchor-file.ts";
import { enqueueFigures } from "../database/writes/enqueue.ts";
import { startAutomations } from "../jobs/automations.ts";
import { startRollups } from "../jobs/rollups.ts";
import { createTasks, recurringJobs } from "../jobs/tasks.ts";
import { startWorker } from "../jobs/worker.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";
import type { AppSettling } from "./settling.ts";
import type { AppSignIn } from "./sign-in.ts";

/** A small publisher's first reconciliation has ended by then; the results of a longer one are counted the next time. */
const firstFiguresDelayMs = 15_000;

type Deps = {
  database: AppDatabase;
  microsoft: AppMarketplace;
  settling: AppSettling;
  signIn: AppSignIn;
  /** Whether the sample history is being replayed: its events start no automation. */
  isInHistory: () => boolean;
  /** Whether recurring jobs run. */
  hasSchedule: boolean;
};

/** Starts the job queue; what it returns is given to commands that act for the app itself. */
export function startJobs(
  { config, log, now, recordNow, started }: Composition,
  { database, microsoft, settling, signIn, isInHistory, hasSchedule }: Deps,
) {
  const { db, pool } = database.jobs;
  const deps = { db, marketplace: microsoft.marketplace, now: recordNow, log };
  const anchors = config.recordAnchorFile === null ? null : openAnchorFile(config.recordAnchorFile);
  started("counts", startRollups({ db, now, log }), (part) => part.stop());
  started("automations", startAutomations({ ...deps, isBusy: () => settling.isBusy() || isInHistory() }), (part) =>
    part.stop(),
  );
  started(
    "jobs",
    startWorker({
      url: database.url,
      pool,
      db,
      tasks: createTasks({
        ...deps,
        upkeepDb: database.upkeep.db,
        anchors,
        recheckStaff: signIn.staffRecheck.checkDue,
        signing: { db, now, secret: signIn.cookieSecret },
      }),
      recurring: hasSchedule ? recurringJobs : [],
      log,
    }),
    (part) => part.stop(),
  );
  return { ...deps, actor: { kind: "system" as const, name: "Reconciliation" } };
}

/** What every start does once requests are served: notes the credentials in use, and reconciles what was missed. */
export async function runFirstJobs(
  { log, now, recordNow }: Composition,
  { database, microsoft, jobs }: Pick<Deps, "database" | "microsoft"> & { jobs: ReturnType<typeof startJobs> },
): Promise<void> {
  const { db } = database.desk;
  await recordCredentials({ db, now: recordNow }, microsoft.entra).catch((error: unknown) =>
    log.warn({ err: error }, "the credentials in use could not be noted"),
  );
  await startReconcile(jobs);
  await enqueueFigures(database.jobs.db, new Date(now().getTime() + firstFiguresDelayMs));
}
