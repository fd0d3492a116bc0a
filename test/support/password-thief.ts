/** Pretends to be PostgreSQL, asks for the password in clear text, and records every byte that it receives. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";

export type PasswordThief = Awaited<ReturnType<typeof startPasswordThief>>;

const sslRequest = 80_877_103;
/** The request for a password in clear text. */
const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** @param options.tls its certificate; null: it says that it has no TLS */
export async function startPasswordThief(options: { host?: string; tls: { cert: string; key: string } | null }) {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  let tlsHellos = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", (first) => {
      if (first.length === 8 && first.readInt32BE(4) === sslRequest) {
        tlsHellos += 1;
        socket.write(options.tls ? "S" : "N");
        if (options.tls)
          converse(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(options.tls) }));
        else converse(socket);
      } else {
        received.push(first);
        socket.write(askForPassword);
        converse(socket);
      }
    });
  });

  function converse(stream: Socket): void {
    stream.on("error", () => {});
    stream.on("data", (data) => {
      received.push(data);
      stream.write(askForPassword);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, options.host ?? "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** The number of connections that requested TLS first. */
    tlsHellos: () => tlsHellos,
    received: () => Buffer.concat(received).toString("latin1"),
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
