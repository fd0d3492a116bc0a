/** Reasons for which requests are refused, in words for admins. Few and fixed: a stranger cannot add one. */
export const refusalReasons = {
  role: "A role that does not permit the action",
  origin: "A change that did not come from Marketdesk's own pages",
  session: "A session cookie that is unknown, forged or has expired",
  sign_in: "A sign-in that was not started here, or was used before",
  api_key: "An API key that is unknown, revoked or has expired",
  api_scope: "An API key without the scope of the call",
  cursor: "A forged place in a list",
  host: "A host name that is not served",
} as const;
export type RefusalReason = keyof typeof refusalReasons;

/** Days that the counts are kept. */
export const refusalDays = 90;
