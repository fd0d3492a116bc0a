/** The log. No call can put an error's message into it: every error is described by what may be printed of one. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { describeError, isError, withoutMessages } from "./describe-error.ts";

/** @param destination default: standard output */
export function createLog(options: { level: string }, destination?: DestinationStream): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    hooks: {
      logMethod(args, method) {
        const [first, ...rest] = args as unknown[];
        // pino would take the message of an error that stands alone for the line's own.
        const safe = isError(first)
          ? [{ err: describeError(first) }, ...(rest.length > 0 ? rest : ["an error"])]
          : [first, ...rest];
        const printable = safe.map((arg) => (isError(arg) ? describeError(arg).name : arg));
        method.apply(this, printable as Parameters<typeof method>);
      },
    },
    formatters: {
      log: (line) => {
        const printable = withoutMessages(line) as Record<string, unknown>;
        // An error is given as an error: its text alone could be anything.
        return typeof printable["err"] === "string" ? { ...printable, err: { name: "Error" } } : printable;
      },
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
