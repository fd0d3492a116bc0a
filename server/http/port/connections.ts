/** Limits open connections, in total and per client. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ClientAddress } from "../limits/client-address.ts";

export type ConnectionCaps = {
  total: number;
  /** Per client address; a trusted proxy carries many clients and is exempt. */
  perClient: number;
};

const defaultCaps: ConnectionCaps = { total: 4_000, perClient: 1_000 };

/**
 * At the limit, an idle connection makes room: first the oldest that never sent a request, then the oldest of the
 * others. So the connections of a flood replace each other, and new connections are refused only when all are busy.
 */
export function limitConnections(
  server: Server,
  options: {
    isIdle: (socket: Socket) => boolean;
    hasSentRequest: (socket: Socket) => boolean;
    clients: Pick<ClientAddress, "addressKey" | "isTrustedProxy">;
    caps?: ConnectionCaps;
  },
): void {
  const { isIdle, hasSentRequest, clients, caps = defaultCaps } = options;
  const open = new Set<Socket>();
  const byClient = new Map<string, Set<Socket>>();

  function closeIdle(sockets: Set<Socket>): boolean {
    let idle: Socket | null = null;
    for (const socket of sockets) {
      if (!isIdle(socket)) continue;
      if (!hasSentRequest(socket)) {
        idle = socket;
        break;
      }
      idle ??= socket;
    }
    idle?.destroy();
    return idle !== null;
  }

  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    const key = clients.isTrustedProxy(remoteAddress) ? null : clients.addressKey(remoteAddress);
    const ofClient = key === null ? null : (byClient.get(key) ?? new Set<Socket>());
    if (ofClient && ofClient.size >= caps.perClient && !closeIdle(ofClient)) return void socket.destroy();
    if (open.size >= caps.total && !closeIdle(open)) return void socket.destroy();
    open.add(socket);
    if (key !== null && ofClient) byClient.set(key, ofClient.add(socket));
    socket.once("close", () => {
      open.delete(socket);
      ofClient?.delete(socket);
      if (key !== null && ofClient?.size === 0 && byClient.get(key) === ofClient) byClient.delete(key);
    });
  });
}
