/** Receives webhooks and settles their operations, woken by the database's notifications. */
import { createIntake } from "../commands/operations/receive-webhook.ts";
import { runOperation } from "../commands/operations/settle-operation.ts";
import { listenForChanges } from "../database/connection/change-listener.ts";
import { startSettling } from "../jobs/settling.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppMarketplace } from "./marketplace.ts";

export type AppSettling = Awaited<ReturnType<typeof settleOperations>>;

export async function settleOperations(
  { log, recordNow, marketplaceNow, started }: Composition,
  { database, microsoft }: { database: AppDatabase; microsoft: AppMarketplace },
) {
  const deps = {
    db: database.settling.db,
    marketplace: microsoft.marketplace,
    now: recordNow,
    marketplaceNow,
    log,
    actor: { kind: "system" as const, name: "Marketdesk" },
  };
  const intake = createIntake({ pool: database.webhook.pool, onStored: () => settling.wake() });
  const settling = started(
    "settling",
    startSettling({
      url: database.url,
      db: database.settling.db,
      run: (operation) => runOperation(deps, operation),
      isIntakeBusy: intake.isBusy,
      isOutage: () => microsoft.outage() !== null,
      log,
    }),
    (part) => part.stop(),
  );
  const changes = started(
    "changes",
    await listenForChanges({ url: database.url, log, onWork: settling.wake }),
    (part) => part.stop(),
  );
  return {
    receive: intake.receive,
    wake: settling.wake,
    workerId: settling.workerId,
    changes,
    /** Whether webhooks or operations need the machine now. */
    isBusy: () => intake.isBusy() || settling.isBusy(),
  };
}
