/** Starts one page request in each turn of the event loop, so that a burst of them does not hold up the webhook. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * A page request takes about a millisecond before it waits for the database. Node accepts one new connection in each turn:
 * long turns would leave Microsoft's connections unaccepted for seconds.
 */
export function startOnePerTurn(listener: RequestListener): RequestListener {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  let isScheduled = false;

  function startNext(): void {
    let next = waiting.shift();
    // Whoever has gone needs no answer.
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
