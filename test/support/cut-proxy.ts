/** A proxy in front of the app that can fail: it refuses connections like a stopped server, or stays silent like a dead router. */
import { connect, createServer, type Socket } from "node:net";

export type CutProxy = Awaited<ReturnType<typeof startCutProxy>>;

/** @param target the port that is proxied; @param port where it listens */
export async function startCutProxy(target: number, port: number) {
  const pairs = new Set<[Socket, Socket]>();
  let mode: "open" | "silent" | "deaf" = "open";
  const seen: string[] = [];
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: "127.0.0.1" });
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.on("data", (data) => {
      const [line = ""] = data.toString("latin1").split("\r\n", 1);
      if (mode === "silent") return;
      if (/^[A-Z]+ \//.test(line)) seen.push(line);
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (mode === "open") client.write(data);
    });
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on("close", end).on("error", end);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    /** The first lines of the requests that passed. */
    seen,
    /** Nothing passes in either direction, and no connection is closed. */
    swallow: () => void (mode = "silent"),
    /** Requests pass, and answers do not. */
    swallowAnswers: () => void (mode = "deaf"),
    /** Works again. Hanging connections are closed, as after the restart of a router. */
    restore() {
      mode = "open";
      for (const [client, upstream] of pairs) {
        client.destroy();
        upstream.destroy();
      }
    },
    /** Open connections of browsers. */
    connections: () => pairs.size,
    stop: () =>
      new Promise<void>((resolve) => {
        for (const [client] of pairs) client.destroy();
        server.close(() => resolve());
      }),
  };
}
