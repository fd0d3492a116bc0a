/** Values that PostgreSQL could not read. */

/**
 * SQLSTATE class 22: a value of a statement is out of range or malformed. Inputs are validated earlier; this covers
 * a missing validation.
 */
export function isDataException(error: unknown): boolean {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" && /^22...$/.test(inner.code);
}

export const dataExceptionMessage =
  "A value in this request cannot be read. Start from the first page, or correct the value.";
