/** The log. No error message gets into it: each error is reduced to what may be printed. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { describeError, isError, withoutMessages } from "./describe-error.ts";

/** @param destination default: standard output */
export function createLog(options: { level: string }, destination?: DestinationStream): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    hooks: {
      logMethod(args, method) {
        const [first, ...rest] = args as unknown[];
        // pino would use the message of a lone error as the line's message.
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
        // An error must be passed as an error, because its text alone could be anything.
        return typeof printable["err"] === "string" ? { ...printable, err: { name: "Error" } } : printable;
      },
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
