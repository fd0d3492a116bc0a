/** Checks of all calls: the address, and the type and text of a body. */
import { createMiddleware } from "hono/factory";
import { findUnstorableText, unstorableTextMessage, urlProblem } from "../../domain/storable-text.ts";
import { problem } from "./problems.ts";

export const readableAddress = createMiddleware(async (c, next) => {
  const reason = urlProblem(c.req.url);
  return reason === null ? next() : problem(c, "Invalid", reason);
});

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** For calls with a body: JSON in UTF-8 that can be stored. */
export const readableBody = bodyCheck(findUnstorableText);

/** The same without the check of texts, for a body whose entries are checked one by one. */
export const looseJsonBody = bodyCheck(() => null);

function bodyCheck(findUnstorable: (body: unknown) => string | null) {
  return createMiddleware(async (c, next) => {
    if (!["", "identity"].includes(c.req.header("content-encoding")?.trim().toLowerCase() ?? ""))
      return problem(c, "WrongType", "Send the body as it is, without `Content-Encoding`.");
    if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(c.req.header("content-type") ?? "")) {
      return problem(c, "WrongType", "Send the body as JSON with `Content-Type: application/json`.");
    }
    let body: unknown;
    try {
      body = JSON.parse(decoder.decode(await c.req.arrayBuffer()));
    } catch (error) {
      if (error instanceof SyntaxError) return problem(c, "Invalid", "The body is not JSON. Correct it and try again.");
      if (error instanceof TypeError)
        return problem(c, "Invalid", "The body is not UTF-8. Encode it as UTF-8 and try again.");
      throw error;
    }
    const field = findUnstorable(body);
    if (field === null) return next();
    return problem(c, "Invalid", unstorableTextMessage, [{ field, message: unstorableTextMessage }]);
  });
}
