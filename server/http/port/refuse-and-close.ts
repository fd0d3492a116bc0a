/** Bounds what a client may still send after its answer: 401, 413 and the like come before the body has been read. */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";

/** No address takes a larger body. The rest of a smaller one is read, so that the connection can be used again. */
export const maxBodyBytes = 256 * 1024;
/** Time for the client to finish a short body, or to read the answer before the connection is closed. */
const graceMs = 500;

export function isTooLarge(request: IncomingMessage): boolean {
  return Number(request.headers["content-length"] ?? 0) > maxBodyBytes;
}

/** Reads on after each answer that came before the end of its request, within the bounds. */
export function boundRestOfBody(listener: RequestListener): RequestListener {
  return (request, response) => {
    // Before Node's own listener, which would discard the rest uncounted.
    response.prependOnceListener("finish", () => {
      if (request.complete) return;
      const timer = setTimeout(() => {
        if (!request.complete) request.socket.destroy();
      }, graceMs);
      request.once("close", () => clearTimeout(timer));
      discardRest(request);
    });
    listener(request, response);
  };
}

/** Answers a request whose body is not going to be read. The client gets time to read the answer; then the connection closes. */
export function refuseAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  text: string,
): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text), connection: "close" });
  response.write(text);
  const end = () => void response.end();
  const timer = setTimeout(end, graceMs);
  request.once("close", () => clearTimeout(timer)).once("end", end);
  discardRest(request);
}

/** Reads and forgets; after too much it stops reading, so that the sender has to wait. */
function discardRest(request: IncomingMessage): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) request.pause();
  });
  request.resume();
  request.read(0);
}
