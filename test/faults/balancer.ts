/** A minimal load balancer: round robin, readiness, and another instance if one refuses the connection. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Upstream = { port: number; isReady: boolean; agent: Agent };
type Outcome = { at: number; path: string; status: number; ms: number; error: string | null };

const checkEveryMs = 100;
const answerTimeoutMs = 30_000;

export type Balancer = Awaited<ReturnType<typeof startBalancer>>;

/** Listens on a free port. A request without an answer gets 502. */
export async function startBalancer() {
  let upstreams: Upstream[] = [];
  let turn = 0;
  let outcomes: Outcome[] = [];
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const timer = setInterval(() => upstreams.forEach(check), checkEveryMs);

  function check(upstream: Upstream): void {
    const probe = request({ port: upstream.port, host: "127.0.0.1", path: "/readyz", timeout: 1_000 }, (answer) => {
      answer.resume();
      upstream.isReady = answer.statusCode === 200;
    });
    probe.on("timeout", () => probe.destroy());
    probe.on("error", () => {
      upstream.isReady = false;
    });
    probe.end();
  }

  /** The ready instances, in turn; without a ready one all of them, because their answer says why. */
  function inTurn(): Upstream[] {
    const ready = upstreams.filter((upstream) => upstream.isReady);
    const list = ready.length > 0 ? ready : upstreams;
    turn += 1;
    return list.map((_, index) => list[(index + turn) % list.length] as Upstream);
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const note = (status: number, error: string | null) =>
      outcomes.push({
        at: Date.now(),
        path: incoming.url ?? "",
        status,
        ms: performance.now() - startedAt,
        error,
      });
    let last = "no instance";
    for (const upstream of inTurn()) {
      const result = await forward(upstream, incoming, body);
      if ("answer" in result) {
        const { answer } = result;
        note(answer.statusCode ?? 0, null);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on("error", () => outgoing.destroy());
        return;
      }
      last = result.code;
      // Nothing was sent if the connection was refused; any other failure may have had its effect.
      if (result.code !== "ECONNREFUSED") break;
      upstream.isReady = false;
    }
    note(502, last);
    outgoing.writeHead(502, { "content-type": "text/plain" }).end(`No answer: ${last}`);
  }

  return {
    port,
    url: `http://localhost:${port}`,
    use(ports: number[]): void {
      const kept = new Map(upstreams.map((upstream) => [upstream.port, upstream]));
      upstreams = ports.map(
        (upstreamPort) =>
          kept.get(upstreamPort) ?? {
            port: upstreamPort,
            isReady: true,
            agent: new Agent({ keepAlive: true, maxSockets: 256, timeout: answerTimeoutMs }),
          },
      );
    },
    outcomes: () => outcomes,
    forget(): void {
      outcomes = [];
    },
    async close(): Promise<void> {
      clearInterval(timer);
      for (const { agent } of upstreams) agent.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

type Forwarded = { answer: IncomingMessage } | { code: string };

function forward(upstream: Upstream, incoming: IncomingMessage, body: Buffer): Promise<Forwarded> {
  return new Promise((resolve) => {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, host: incoming.headers.host, "content-length": body.length },
        agent: upstream.agent,
        timeout: answerTimeoutMs,
      },
      (answer) => resolve({ answer }),
    );
    outgoing.on("timeout", () => outgoing.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
    outgoing.on("error", (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }));
    outgoing.end(body);
  });
}
