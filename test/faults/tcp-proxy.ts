/** A TCP proxy in front of PostgreSQL that can fail like a network. */
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export type ProxyMode =
  | { kind: "pass" }
  /** The delay in each direction. */
  | { kind: "slow"; ms: number }
  /** Accepts, then closes. */
  | { kind: "close" }
  /** Accepts and stays silent, also on open connections. */
  | { kind: "silent" };

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;

export async function startTcpProxy(targetPort: number) {
  let mode: ProxyMode = { kind: "pass" };
  let target = targetPort;
  const pairs = new Set<[Socket, Socket]>();
  let connects: { at: number; remotePort: number }[] = [];
  const server = createServer((client) => {
    connects.push({ at: Date.now(), remotePort: client.remotePort ?? 0 });
    client.on("error", () => {});
    if (mode.kind === "close") {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    upstream.on("error", end);
    for (const socket of pair) socket.on("close", end);
    pipe(client, upstream);
    pipe(upstream, client);
  });

  function pipe(from: Socket, to: Socket): void {
    from.on("data", (chunk) => {
      if (mode.kind === "silent") return;
      if (mode.kind === "slow") setTimeout(() => to.writable && to.write(chunk), mode.ms);
      else to.write(chunk);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** Also closes open connections if the mode closes. */
    set(next: ProxyMode): void {
      const wasSilent = mode.kind === "silent";
      mode = next;
      // After a silence, the two sides no longer agree on what was sent.
      if (next.kind === "close" || wasSilent) for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    /** Forwards to another port from now on, and closes open connections. */
    lead(port: number): void {
      target = port;
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    connects: () => connects,
    forget(): void {
      connects = [];
    },
    async close(): Promise<void> {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
