/** What leaves Marketdesk: safe outward calls, the endpoints of the product, and the sender of messages. */
import { changeAnswer } from "../http/product-api/responses.ts";
import { createEndpointChannel } from "../outbox/endpoint-channel.ts";
import { createEndpointSecrets } from "../outbox/endpoint-secrets.ts";
import { createAttemptCounts } from "../outbox/attempt-counts.ts";
import { startSender } from "../outbox/sender.ts";
import { createOutwardCalls } from "../outward/outward-calls.ts";
import type { Composition } from "./composition.ts";
import type { AppDatabase } from "./database.ts";
import type { AppSettling } from "./settling.ts";
import type { AppSignIn } from "./sign-in.ts";

export type AppOutbox = ReturnType<typeof startOutbox>;

export function startOutbox(
  { config, now, log, started }: Composition,
  { database, settling, signIn }: { database: AppDatabase; settling: AppSettling; signIn: AppSignIn },
) {
  const { db } = database.outbox;
  const outward = started("outward calls", createOutwardCalls({ allowedHosts: config.outgoingLocalHosts }), (part) =>
    part.stop(),
  );
  const secrets = createEndpointSecrets(signIn.cookieSecret);
  const endpoint = createEndpointChannel({ db, outward, secrets, render: changeAnswer, now });
  const counts = createAttemptCounts();
  const sender = started(
    "sender",
    startSender({
      db,
      channels: { endpoint },
      now,
      isBusy: settling.isBusy,
      onAttempt: counts.note,
      log,
    }),
    (part) => part.stop(),
  );
  const following = new AbortController();
  void started("sender's news", followChanges(), () => following.abort());
  return {
    whyRefused: outward.whyRefused,
    secrets,
    sendTest: endpoint.post,
    wake: sender.wake,
    attempts: counts.totals,
  };

  /** A change of a subscription is an event, or soon one. */
  async function followChanges(): Promise<void> {
    for await (const changes of settling.changes.follow(following.signal)) {
      if (changes === null || changes.some(({ topic }) => topic === "subscription")) sender.wake();
    }
  }
}
