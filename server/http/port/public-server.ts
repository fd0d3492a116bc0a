/** The HTTP server of the public port: limits per connection and per client. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { ClientAddress } from "../limits/client-address.ts";
import { type ConnectionCaps, limitConnections } from "./connections.ts";
import { answerBrokenRequests, type BrokenRequest } from "./broken-requests.ts";
import { boundRestOfBody } from "./refuse-and-close.ts";
import { answerInTurn } from "./answer-in-turn.ts";

const defaults = {
  headersTimeout: 10_000,
  requestTimeout: 14_000,
  /** A client that reads nothing of its response for this long is disconnected. */
  readerTimeoutMs: 20_000,
};

/**
 * Slow senders and readers are disconnected, idle connections closed, and pipelined requests answered one after
 * another.
 */
export function createPublicServer(
  listener: RequestListener,
  clients: Pick<ClientAddress, "addressKey" | "isTrustedProxy">,
  options: Partial<typeof defaults> & {
    caps?: ConnectionCaps;
    onBrokenRequest?: (request: BrokenRequest) => void;
  } = {},
): Server {
  const { headersTimeout, requestTimeout, readerTimeoutMs, caps } = { ...defaults, ...options };
  const turns = answerInTurn(boundRestOfBody(listener));
  const server = createServer(
    {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout: 65_000,
      // The precision of the first two timeouts.
      connectionsCheckingInterval: 500,
      maxHeaderSize: 32 * 1024,
    },
    turns.listener,
  );
  // Node would answer an expectation that it does not know with 417, and a 4xx rejects a customer's change. It may be ignored.
  server.on("checkExpectation", turns.listener);
  answerBrokenRequests(server, turns, options.onBrokenRequest ?? (() => {}));
  limitConnections(server, { isIdle: turns.isIdle, hasSentRequest: turns.hasSentRequest, clients, caps });
  server.timeout = readerTimeoutMs;
  server.on("timeout", (socket) => {
    // Not while a response is being prepared or a stream has no changes: then nothing waits to be sent.
    if (socket.writableLength > 0 || turns.isIdle(socket)) socket.destroy();
  });
  return server;
}
