/** What the log may know of an unexpected error: no message, for those of the database hold the values of the query. */
export function describeTrouble(error: unknown): { name: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = "errorCode" in cause ? cause.errorCode : "code" in cause ? cause.code : undefined;
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    at: error.stack?.split(/\n\s+at /).slice(1, 5),
  };
}
