/** Answers each connection's requests one at a time, so that pipelining does not multiply memory. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Waiting requests per connection. After the last of them the connection closes, and the client repeats the rest. */
const maxWaiting = 16;
/** A client that pipelines more does not read responses. Each request costs 2 kB even if it is never answered. */
const maxPipelined = 64;

type Turns = {
  current: ServerResponse | null;
  waiting: [IncomingMessage, ServerResponse][];
  ignored: number;
  /** Ends the connection after the last answer. */
  end: (() => void) | null;
};

export type AnswersInTurn = ReturnType<typeof answerInTurn>;

export function answerInTurn(listener: RequestListener) {
  const turnsOf = new WeakMap<Socket, Turns>();

  function answer(turns: Turns, request: IncomingMessage, response: ServerResponse): void {
    turns.current = response;
    response.once("close", () => {
      turns.current = null;
      const next = turns.waiting.shift();
      if (next && !request.socket.destroyed) answer(turns, ...next);
      else if (turns.end) turns.end();
      else request.socket.resume();
    });
    listener(request, response);
  }

  return {
    listener(request: IncomingMessage, response: ServerResponse): void {
      const { socket } = request;
      let turns = turnsOf.get(socket);
      if (!turns) turnsOf.set(socket, (turns = { current: null, waiting: [], ignored: 0, end: null }));
      if (turns.current === null) return answer(turns, request, response);
      // Data that has been read is parsed to its end; no more is read.
      socket.pause();
      if (turns.waiting.length < maxWaiting) {
        turns.waiting.push([request, response]);
        if (turns.waiting.length === maxWaiting) response.shouldKeepAlive = false;
        return;
      }
      turns.ignored += 1;
      if (turns.ignored > maxPipelined - maxWaiting) socket.destroy();
    },
    /** The answer that is being prepared or sent. */
    current: (socket: Socket) => turnsOf.get(socket)?.current ?? null,
    /** The request whose head has arrived, and whose body has not. */
    incomplete(socket: Socket): IncomingMessage | null {
      const turns = turnsOf.get(socket);
      const last = turns?.waiting.at(-1)?.[0] ?? turns?.current?.req;
      return last && !last.complete ? last : null;
    },
    /** Reads no more, and calls `end` after the answers to complete requests: the rest of another one would never arrive. */
    endWith(socket: Socket, end: () => void): void {
      const turns = turnsOf.get(socket);
      if (!turns?.current) return end();
      socket.pause();
      turns.waiting = turns.waiting.filter(([request]) => request.complete);
      turns.end = end;
    },
    /** Whether no request is being answered. */
    isIdle: (socket: Socket) => (turnsOf.get(socket)?.current ?? null) === null,
    /** Whether it has sent a request yet. */
    hasSentRequest: (socket: Socket) => turnsOf.has(socket),
  };
}
