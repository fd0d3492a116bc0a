import { parseAccept } from "hono/utils/accept";

/** The names in `Accept-Encoding`, in lowercase, without those that `q=0` refuses. */
export function acceptedEncodings(header = ""): Set<string> {
  const accepted = parseAccept(header.toLowerCase()).filter(({ q }) => q > 0);
  return new Set(accepted.map(({ type }) => type));
}
