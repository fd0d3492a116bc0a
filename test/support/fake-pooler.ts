/** A connection pooler in front of PostgreSQL, like PgBouncer: each transaction, or each client, gets a session of the server. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import pg from "pg";

export type PoolMode = {
  mode: "session" | "transaction";
  /** Sessions of the server. */
  size: number;
  /** Which free session is used next. */
  next: "last-used" | "in-turn";
};

type Session = { socket: Socket; client: Socket | null; unanswered: number };

const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const parameter = (name: string, value: string) => message("S", Buffer.from(`${name}\0${value}\0`));

/** The response to a new client: it is admitted without a password. */
const greeting = Buffer.concat([
  message("R", Buffer.alloc(4)),
  parameter("server_version", "18.0"),
  parameter("client_encoding", "UTF8"),
  parameter("standard_conforming_strings", "on"),
  parameter("integer_datetimes", "on"),
  parameter("DateStyle", "ISO, MDY"),
  parameter("TimeZone", "UTC"),
  message("K", Buffer.alloc(8)),
  message("Z", Buffer.from("I")),
]);

/** Calls back for each complete message of a stream that arrives in any pieces. */
function splitter(onMessage: (type: string, whole: Buffer) => void) {
  let rest = Buffer.alloc(0);
  return (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const length = rest.readInt32BE(1) + 1;
      onMessage(rest.toString("latin1", 0, 1), rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** @param url of the server; the pooler admits everyone as the user of this address */
export async function startFakePooler(url: string, { mode, size, next }: PoolMode) {
  const free: Session[] = [];
  const waiting: (() => void)[] = [];
  const upstreams: pg.Client[] = [];
  const clients = new Set<Socket>();

  for (let count = 0; count < size; count += 1) {
    const upstream = new pg.Client({ connectionString: url });
    upstream.on("error", () => {});
    await upstream.connect();
    upstreams.push(upstream);
    // From here on the pooler itself talks to the server.
    const { stream } = (upstream as unknown as { connection: { stream: Socket } }).connection;
    stream.removeAllListeners("data");
    const session: Session = { socket: stream, client: null, unanswered: 0 };
    stream.on(
      "data",
      splitter((type, whole) => {
        session.client?.write(whole);
        if (type !== "Z") return;
        session.unanswered -= 1;
        const isIdle = whole.toString("latin1", 5, 6) === "I";
        if (mode === "transaction" && isIdle && session.unanswered === 0) release(session);
      }),
    );
    free.push(session);
  }

  function release(session: Session): void {
    session.client = null;
    if (next === "last-used") free.unshift(session);
    else free.push(session);
    waiting.shift()?.();
  }

  const server = createServer((client) => {
    clients.add(client);
    let session: Session | null = null;
    let queue: { type: string; whole: Buffer }[] = [];
    client.on("error", () => {});
    client.on("close", () => {
      clients.delete(client);
      if (session?.client === client) release(session);
    });
    const forward = () => {
      if (queue.length === 0) return;
      if (session?.client !== client) {
        session = free.shift() ?? null;
        if (!session) return void waiting.push(forward);
        session.client = client;
      }
      for (const { type, whole } of queue) {
        if (type === "Q" || type === "S") session.unanswered += 1;
        session.socket.write(whole);
      }
      queue = [];
    };
    const read = splitter((type, whole) => {
      if (type === "X") return void client.end();
      queue.push({ type, whole });
      // Each of these completes a request.
      if (type === "Q" || type === "S") forward();
    });
    client.once("data", () => {
      client.write(greeting);
      client.on("data", read);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const address = new URL(url);
  address.port = String(port);
  return {
    url: address.href,
    async close(): Promise<void> {
      for (const client of clients) client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      for (const upstream of upstreams)
        (upstream as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    },
  };
}
