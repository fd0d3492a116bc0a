/** Who sent a response: Microsoft, or something in between, such as a proxy, a firewall, or a gateway that cannot reach Microsoft. */
import type { IncomingHttpHeaders } from "node:http";
import { type Fields, isFields } from "./parse-response.ts";

/**
 * Microsoft returns these with its answers:
 * https://learn.microsoft.com/partner-center/marketplace-offers/pc-saas-fulfillment-subscription-api
 */
const ownHeaders = ["x-ms-requestid", "x-ms-correlationid", "mise-correlation-id"];

/**
 * Microsoft documents no form for its errors. Those seen were JSON with a code in words, words alone, or empty; gateways answer
 * in JSON, too. So without Microsoft's headers an error is Microsoft's only if it has such a code and no field that Microsoft
 * never sends. An HTML page never comes from Microsoft, and neither does a success with plain text. A response that shows neither
 * is `unclear`.
 */
export function responderOf(
  headers: IncomingHttpHeaders,
  text: string,
  isOk: boolean,
): "microsoft" | "other" | "unclear" {
  if (isHtml(headers) || /^\s*</.test(text)) return "other";
  if (ownHeaders.some((name) => headers[name])) return "microsoft";
  const value = readJson(text);
  if (!isOk) return responderOfError(value);
  if (/\bjson\b/i.test(headers["content-type"] ?? "") || value !== undefined) return "microsoft";
  return text.trim() === "" ? "unclear" : "other";
}

/**
 * What gateways write and Microsoft does not: `{"statusCode":404,"message":…}` (Azure API Management), `{"error":"no route"}`,
 * `{"fault":{…}}`, `{"timestamp":…,"status":404,"path":…}`, problem details, and codes that are numbers.
 */
const gatewayFields = ["statuscode", "status", "fault", "timestamp", "path"];

function responderOfError(value: unknown): ReturnType<typeof responderOf> {
  if (!isFields(value)) return value === undefined || typeof value === "string" ? "unclear" : "other";
  const outer = lowerCased(value);
  if (gatewayFields.some((name) => name in outer)) return "other";
  const { error } = outer;
  if (error !== undefined && !isFields(error)) return "other";
  const { code, message } = isFields(error) ? lowerCased(error) : outer;
  if (typeof code === "string" && /[a-z]/i.test(code)) return "microsoft";
  return code === undefined && (message === undefined || typeof message === "string") ? "unclear" : "other";
}

/** Microsoft's gateway writes `Error`, `Code` and `Message`. */
function lowerCased(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

export function isHtml(headers: IncomingHttpHeaders): boolean {
  return /^\s*(?:text\/html|application\/xhtml)/i.test(headers["content-type"] ?? "");
}

/** Undefined for anything but JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * An unclear answer counts as Microsoft's if a call gets it this often in a row: what is in between usually fails for a moment.
 * One that would prove that something does not exist never does.
 */
export const minUnclearAnswers = 3;
