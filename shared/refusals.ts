/** Reasons for refused requests, in words for admins. A fixed set, so that strangers cannot add to it. */
export const refusalReasons = {
  role: "Role without permission for the action",
  origin: "Change that did not come from Marketdesk's own pages",
  session: "Unknown, forged or expired session cookie",
  sign_in: "Sign-in that was not started here, or was already used",
  api_key: "Unknown, revoked or expired API key",
  api_scope: "API key without the scope for the call",
  cursor: "Forged position in a list",
  host: "Host name that is not served",
  http_syntax: "Request that is not valid HTTP",
  http_head_size: "Request with too large headers",
  http_too_slow: "Request that did not arrive in time",
} as const;
export type RefusalReason = keyof typeof refusalReasons;

/** Days for which the counts are kept. */
export const refusalDays = 90;
