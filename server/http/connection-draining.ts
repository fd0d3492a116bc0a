/** Stops an instance's HTTP server while a load balancer still sends to it, without failing a request. */
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Enough for a load balancer to notice that this instance is not ready. */
const drainMs = 1_000;
/** Streams of changes never end on their own, so they are closed after this time. */
const streamTimeoutMs = 1_500;

/**
 * Call it once `/readyz` reports that the instance is stopping. Remaining requests are answered, and each response
 * closes its connection; closing an idle one could lose a request that is already on its way.
 */
export async function drainAndClose(server: Server): Promise<void> {
  if (!server.listening) return;
  server.prependListener("request", (_request, response) => {
    response.shouldKeepAlive = false;
  });
  const until = performance.now() + drainMs;
  while (performance.now() < until && (await countConnections(server)) > 0) await sleep(20);
  const closed = new Promise((resolve) => server.close(resolve));
  const closeTimer = setTimeout(() => server.closeAllConnections(), streamTimeoutMs);
  await closed;
  clearTimeout(closeTimer);
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
