/**
 * What may be printed of an error: which kind it is and where it happened, never its message. Messages, details and parameters of
 * the database, of validation and of the network hold values: names, addresses, tokens.
 */

export type DescribedError = {
  name: string;
  /** Facts that are words of a program or ids: codes, names of tables and constraints, ids of calls. */
  [fact: string]: unknown;
  /** The stack, without the message. */
  at?: string[];
  cause?: DescribedError;
  errors?: DescribedError[];
};

/** Properties of errors that never hold a value of a person. */
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

/** Also an error of another realm, and one that only has the form of one, as zod's. */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  if (typeof value !== "object" || value === null || !("message" in value) || typeof value.message !== "string")
    return false;
  return ("stack" in value && typeof value.stack === "string") || ("name" in value && typeof value.name === "string");
}

/** How a program writes a name: anything else could be text of a person. */
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

/** The places in the stack: after the message, which may have lines of its own that look like places. */
function framesOf({ stack, message }: Error): string[] {
  if (!stack) return [];
  const places =
    message === "" ? stack : stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : "";
  return places
    .split("\n")
    .flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1] ?? [])
    .slice(0, maxFrames);
}

/** Replaces every error in a value by its description; goes into plain objects and lists. */
export function withoutMessages(value: unknown, depth = 0): unknown {
  if (isError(value)) return describeError(value);
  if (depth >= maxDepth || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => withoutMessages(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutMessages(item, depth + 1)]));
}

/** Our own errors are sentences. Of any other only its kind and place are printed: its message may hold somebody's data. */
export function explainError(error: unknown): string {
  return isSentence(error) ? error.message : errorInWords(error);
}

const sentenceNames = new Set(["Error", "ConfigError", "DatabaseUnusable"]);

/** Errors of libraries, of the system and of the database are of other kinds, or have a code. */
function isSentence(error: unknown): error is Error {
  return error instanceof Error && sentenceNames.has(error.name) && !("code" in error) && !("query" in error);
}
