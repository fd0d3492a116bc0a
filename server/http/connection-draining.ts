/** Ends the HTTP server of an instance while a load balancer still sends to it, without failing a request. */
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A balancer has seen by then that this instance is not ready. */
const drainMs = 1_000;
/** Streams of changes never end by themselves: after this they are cut. */
const streamTimeoutMs = 1_500;

/**
 * Call it once `/readyz` says that the instance is stopping. Requests that still come are answered, and each answer ends its
 * connection: a connection that were closed while it is idle could have the next request on its way already.
 */
export async function drainAndClose(server: Server): Promise<void> {
  if (!server.listening) return;
  server.prependListener("request", (_request, response) => {
    response.shouldKeepAlive = false;
  });
  const until = performance.now() + drainMs;
  while (performance.now() < until && (await countConnections(server)) > 0) await sleep(20);
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), streamTimeoutMs);
  await closed;
  clearTimeout(cut);
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
