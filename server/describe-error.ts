/**
 * What may be printed of an error: its kind and place, never its message. Messages, details and parameters of
 * database, validation and network errors contain values such as names, addresses and tokens.
 */

export type DescribedError = {
  name: string;
  /** Identifiers only: codes, names of tables and constraints, ids of calls. */
  [fact: string]: unknown;
  /** The stack, without the message. */
  at?: string[];
  cause?: DescribedError;
  errors?: DescribedError[];
};

/** Properties of errors that never contain personal data. */
const facts = [
  "code",
  "errorCode",
  "errno",
  "syscall",
  "status",
  "severity",
  "schema",
  "table",
  "column",
  "constraint",
  "routine",
];
const callIds = ["requestId", "correlationId"];

/** Also errors of another realm, and objects that only look like one, such as zod's. */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== "object" || value === null || !("message" in value) || typeof value.message !== "string")
    return false;
  return ("stack" in value && typeof value.stack === "string") || ("name" in value && typeof value.name === "string");
}

/** The form of a program's identifiers: anything else could be a person's text. */
const word = /^[\w.:/$-]{1,80}$/;

const maxFrames = 6;
const maxErrors = 4;
const maxDepth = 4;

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!isError(error)) return { name: `thrown ${error === null ? "null" : typeof error}` };
  const described: DescribedError = { name: word.test(error.name) ? error.name : "Error" };
  for (const name of [...facts, ...callIds]) {
    const value: unknown = (error as unknown as Record<string, unknown>)[name];
    if (typeof value === "number" || (typeof value === "string" && word.test(value))) described[name] = value;
  }
  const at = framesOf(error);
  if (at.length > 0) described.at = at;
  if (depth >= maxDepth) return described;
  if (error.cause !== undefined && error.cause !== null) described.cause = describeError(error.cause, depth + 1);
  if (error instanceof AggregateError) {
    described.errors = error.errors.slice(0, maxErrors).map((inner: unknown) => describeError(inner, depth + 1));
  }
  return described;
}

/** The same as one line, for a terminal. */
export function errorInWords(error: unknown): string {
  const { name, at = [], cause, errors, ...known } = describeError(error);
  const details = Object.entries(known).map(([fact, value]) => `${fact} ${String(value)}`);
  const head = details.length > 0 ? `${name} (${details.join(", ")})` : name;
  const inner = cause ? (error as Error).cause : errors ? (error as AggregateError).errors[0] : undefined;
  return [head, ...at.map((frame) => `    at ${frame}`), ...(inner ? [`  caused by ${errorInWords(inner)}`] : [])].join(
    "\n",
  );
}

/** The frames of the stack: after the message, whose lines may look like frames. */
function framesOf({ stack, message }: Error): string[] {
  if (!stack) return [];
  const places =
    message === "" ? stack : stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : "";
  return places
    .split("\n")
    .flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1] ?? [])
    .slice(0, maxFrames);
}

/** Replaces all errors in a value, including nested ones, by their descriptions. */
export function withoutMessages(value: unknown, depth = 0): unknown {
  if (isError(value)) return describeError(value);
  if (depth >= maxDepth || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => withoutMessages(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutMessages(item, depth + 1)]));
}

/**
 * Our own errors are sentences. Of others only kind and place are printed, because the message may contain personal
 * data.
 */
export function explainError(error: unknown): string {
  if (isOfOptions(error)) return error.message.replace(/\.?$/, ".");
  return isSentence(error) ? error.message : errorInWords(error);
}

/** Node's words for an option of a command that does not exist or lacks its value. */
function isOfOptions(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}

const sentenceNames = new Set(["Error", "ConfigError", "DatabaseUnusable"]);

/** Errors of libraries, the system and the database are of other classes, or have a code. */
function isSentence(error: unknown): error is Error {
  return error instanceof Error && sentenceNames.has(error.name) && !("code" in error) && !("query" in error);
}
