/** Errors of PostgreSQL that a caller can do something about. */

/**
 * SQLSTATE class 22: a value of a statement is out of range or malformed. Inputs are validated earlier; this covers
 * a missing validation.
 */
export function isDataException(error: unknown): boolean {
  return /^22...$/.test(sqlStateOf(error));
}

/** SQLSTATE 23505: another row has the value already. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === "23505";
}

/** SQLSTATE 57014: the statement took longer than its pool allows. */
export function isStatementTimeout(error: unknown): boolean {
  return sqlStateOf(error) === "57014";
}

/** SQLSTATE 40P01: two transactions waited for each other, and PostgreSQL ended this one. It can be tried again. */
export function isDeadlock(error: unknown): boolean {
  return sqlStateOf(error) === "40P01";
}

/**
 * A deadlock, a lost connection, a transaction that stood still, or a server that stops or lacks memory or space (SQLSTATE 40, 08,
 * 25P03, 57P, 53, 58): the same transaction can succeed later.
 */
export function isTransient(error: unknown): boolean {
  return /^(?:08|25P03|40|53|57P|58)/.test(sqlStateOf(error));
}

/**
 * PostgreSQL itself reported the error, and stays reachable: the transaction is rolled back. After any other error, such as a
 * connection that is lost during the commit, the change may have been made.
 */
export function hasRolledBack(error: unknown): boolean {
  return /^(?!08|57P)(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/.test(sqlStateOf(error));
}

/**
 * SQLSTATE 57014 and 55P03: a statement, or the wait for a lock, took too long. Another try can succeed, or take as long
 * again: limit the tries.
 */
export function hasTakenTooLong(error: unknown): boolean {
  return /^(?:57014|55P03)$/.test(sqlStateOf(error));
}

/**
 * SQLSTATE 25006, read-only: a standby, or a managed database whose disk is nearly full. SQLSTATE 53100: the disk is full. Reads
 * still work.
 */
export function acceptsNoChanges(error: unknown): boolean {
  return /^(?:25006|53100)$/.test(sqlStateOf(error));
}

/** For a change that failed for this reason. */
export const noChangesMessage =
  "Nothing was changed: the database accepts no changes, because it is read-only or its disk is full. Inform the publisher's engineers, and try again once it is writable.";

/** SQLSTATE 42P01: the database was never migrated, or is another one. */
export function isWithoutTables(error: unknown): boolean {
  return sqlStateOf(error) === "42P01";
}

export const withoutTablesMessage =
  "This database does not have Marketdesk's tables. Check DATABASE_URL, or run npm run migrate first.";

function sqlStateOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : "";
}

export const dataExceptionMessage =
  "A value in this request cannot be read. Start from the first page, or correct the value.";
