/** The headers of a webhook call that are stored and shown. */

/** An allowlist, because proxies add headers of their own, some with secrets or tokens. */
const keptNames = [
  "content-type",
  "content-length",
  "content-encoding",
  "user-agent",
  "accept",
  "date",
  "traceparent",
  "request-id",
  "x-ms-requestid",
  "x-ms-request-id",
  "x-ms-correlationid",
  "x-ms-correlation-id",
  "x-ms-correlation-request-id",
  "x-ms-client-request-id",
  "x-ms-activity-id",
  "mise-correlation-id",
  "x-azure-ref",
] as const;

const maxLength = 500;

/** The headers that may be shown, in order. Also filters rows stored before the list existed. */
export function headersToStore(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptNames) {
    const value = headers[name];
    if (value !== undefined) kept[name] = String(value).slice(0, maxLength);
  }
  return kept;
}
