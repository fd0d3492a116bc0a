/** Starts one page request per turn of the event loop, so that a burst does not delay the webhook. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * A page request runs about a millisecond before it waits for the database. Node accepts one new connection per
 * turn, so long turns would delay Microsoft's connections for seconds.
 */
export function startOnePerTurn(listener: RequestListener): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  let isScheduled = false;

  function startNext(): void {
    let next = waiting.shift();
    // A client that has left needs no response.
    while (next?.[0].socket.destroyed) next = waiting.shift();
    isScheduled = next !== undefined;
    if (next === undefined) return;
    setImmediate(startNext);
    listener(...next);
  }

  return (request, response) => {
    waiting.push([request, response]);
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(startNext);
  };
}
