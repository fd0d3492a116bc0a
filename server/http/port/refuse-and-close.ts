/** Limits what a client may send after its response: 401, 413 and the like are sent before the body has been read. */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";

/** No address accepts a larger body. The rest of a smaller one is read, so that the connection can be reused. */
export const maxBodyBytes = 256 * 1024;
/** Time for the client to finish a short body or read the response before the connection closes. */
const graceMs = 500;

export function isTooLarge(request: IncomingMessage): boolean {
  return Number(request.headers["content-length"] ?? 0) > maxBodyBytes;
}

/** Reads on after each early response, within the limits. */
export function boundRestOfBody(listener: RequestListener): RequestListener {
  return (request, response) => {
    // Before Node's own listener, which would discard the rest without a limit.
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

/**
 * Answers a request whose body will not be read. The client gets time to read the response; then the connection
 * closes.
 */
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

/** Discards data; after too much it stops reading, so that the sender has to wait. */
function discardRest(request: IncomingMessage): void {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) request.pause();
  });
  request.resume();
  request.read(0);
}
