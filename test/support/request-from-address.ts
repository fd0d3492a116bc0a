/** Requests from another address of this machine: all of 127.0.0.0/8 belongs to it. */
import { type IncomingHttpHeaders, request } from "node:http";

export type RawAnswer = { status: number; headers: IncomingHttpHeaders; body: string };

/** @param options.path sent as it is, where a URL would be normalized */
export function requestFrom(
  localAddress: string,
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; path?: string } = {},
): Promise<RawAnswer> {
  const { port, pathname, search } = new URL(url);
  const { method = "GET", headers = {}, body, path = pathname + search } = options;
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, method, headers, localAddress, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
