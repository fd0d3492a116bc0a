/** What leaves Marketdesk: safe outward calls, the endpoints of the product, and the sender of messages. */
import { changeAnswer } from "../http/product-api/responses.ts";
import { createEndpointChannel } from "../outbox/endpoint-channel.ts";
import { createEndpointSecrets } from "../outbox/endpoint-secrets.ts";
import { createAttemptCounts } from "../outbox/attempt-counts.ts";
import { startPlanner } from "../notify/planner.ts";
import { startSender } from "../outbox/sender.ts";
import { createOutwardCalls } from "../outward/outward-calls.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import { openMailServer } from "./mail.ts";
import type { AppMarketplace } from "./marketplace.ts";
import type { AppSettling } from "./settling.ts";
import { createNotify } from "./notify.ts";
import type { AppSignIn } from "./sign-in.ts";

export type AppOutbox = Awaited<ReturnType<typeof startOutbox>>;

type Deps = {
  database: AppDatabase;
  settling: AppSettling;
  signIn: AppSignIn;
  publicUrl: string;
  microsoft: AppMarketplace;
  sandbox: { url: string; smtpUrl: string; graphUrl: string } | null;
  /** Whether the sample history is being replayed: no one is notified of its events. */
  isInHistory: () => boolean;
};

export async function startOutbox(
  { config, now, recordNow, log, started }: Composition,
  { database, settling, signIn, publicUrl, microsoft, sandbox, isInHistory }: Deps,
) {
  const { db } = database.outbox;
  const outward = started("outward calls", createOutwardCalls({ allowedHosts: config.outgoingLocalHosts }), (part) =>
    part.stop(),
  );
  const secrets = createEndpointSecrets(signIn.cookieSecret);
  const endpoint = createEndpointChannel({ db, outward, secrets, render: changeAnswer, now });
  const mailServer = started("mail", openMailServer(config.mail, { microsoft, sandbox, now, log }), (part) =>
    part?.stop(),
  );
  const notify = createNotify({
    db,
    mailServer,
    publicUrl,
    sandboxUrl: sandbox?.url ?? null,
    secret: signIn.cookieSecret,
    outward,
    now: recordNow,
    log,
  });
  await notify.prepare();
  const counts = createAttemptCounts();
  const sender = started(
    "sender",
    startSender({
      db,
      channels: { endpoint, ...notify.channels },
      now,
      isBusy: settling.isBusy,
      onAttempt: counts.add,
      log,
    }),
    (part) => part.stop(),
  );
  started(
    "planner",
    startPlanner({
      db: database.jobs.db,
      needsDb: database.needs.db,
      now: recordNow,
      isBusy: () => settling.isBusy() || isInHistory(),
      onPlanned: sender.wake,
      log,
    }),
    (part) => part.stop(),
  );
  const following = new AbortController();
  void started("changes for the sender", followChanges(), () => following.abort());
  return {
    addressProblem: outward.addressProblem,
    secrets,
    sendTest: endpoint.post,
    wake: sender.wake,
    notify: { ...notify.tools, wake: sender.wake },
    attempts: counts.totals,
  };

  /** A change of a subscription may be an event, so the sender is woken. */
  async function followChanges(): Promise<void> {
    for await (const changes of settling.changes.follow(following.signal)) {
      if (changes === null || changes.some(({ topic }) => topic === "subscription")) sender.wake();
    }
  }
}
