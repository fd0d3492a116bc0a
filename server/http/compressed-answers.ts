/** Large answers to reads of the dashboard, compressed: 700 needs are 540 kB of JSON, and a tenth of it when compressed. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { acceptedEncodings } from "./accepted-encodings.ts";

/** Smaller answers do not arrive sooner when compressed. */
const minBytes = 32_768;

const compress = promisify(gzip);

/**
 * The answer, compressed if it is large JSON and the client accepts that. Only for reads by Marketdesk's own pages: the length of what is
 * compressed tells something about it, answers to changes can have secrets, and another website must not be able to cause such an answer.
 * @param accepted the header `Accept-Encoding`
 */
export async function compressIfLarge(answer: Response, accepted: string | undefined): Promise<Response> {
  if (answer.headers.get("content-type") !== "application/json") return answer;
  const { status, headers: given } = answer;
  const headers = new Headers(given);
  headers.append("vary", "accept-encoding");
  const body = Buffer.from(await answer.arrayBuffer());
  if (body.length < minBytes || !acceptedEncodings(accepted).has("gzip"))
    return new Response(body, { status, headers });
  headers.set("content-encoding", "gzip");
  // Higher levels take twice as long for a tenth less.
  return new Response(await compress(body, { level: constants.Z_BEST_SPEED }), { status, headers });
}
