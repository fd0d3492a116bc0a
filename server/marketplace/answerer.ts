/** Whether an answer is Microsoft's, or of something in between: a proxy, a firewall, a gateway that does not reach it. */
import type { IncomingHttpHeaders } from "node:http";

/**
 * Microsoft returns these with its answers:
 * https://learn.microsoft.com/partner-center/marketplace-offers/pc-saas-fulfillment-subscription-api
 */
const ownHeaders = ["x-ms-requestid", "x-ms-correlationid", "mise-correlation-id"];

/**
 * Microsoft documents no form for its errors: their bodies have been JSON, and of a 404 also empty. A page is never Microsoft's, and
 * text is no success of it. JSON without its headers counts as Microsoft's. Without both, an answer is `unclear`.
 */
export function answererOf(
  headers: IncomingHttpHeaders,
  text: string,
  isOk: boolean,
): "microsoft" | "other" | "unclear" {
  if (isHtml(headers) || /^\s*</.test(text)) return "other";
  if (ownHeaders.some((name) => headers[name])) return "microsoft";
  if (/\bjson\b/i.test(headers["content-type"] ?? "") || isJson(text)) return "microsoft";
  return isOk && text.trim() !== "" ? "other" : "unclear";
}

export function isHtml(headers: IncomingHttpHeaders): boolean {
  return /^\s*(?:text\/html|application\/xhtml)/i.test(headers["content-type"] ?? "");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An unclear answer counts as Microsoft's if a call gets it this often in a row: what is in between usually fails for a moment. */
export const minUnclearAnswers = 3;
