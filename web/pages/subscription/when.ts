/** When a change is made: now, or planned. Fields that a form of an action adds to those of its procedure. */
import { z } from "zod";
import { type Day, isDay } from "../../../shared/day.ts";
import { formatDay } from "../../text/format.ts";

export type When = { when: "now" | "day" | "termEnd"; on: string };

export const now: When = { when: "now", on: "" };

/**
 * The schema of a form: that of the procedure, and the fields above.
 * @param read the procedure's input from the other fields, if they differ
 */
export function withWhen<Values extends object>(
  schema: z.ZodType,
  read: (values: Omit<Values & When, keyof When>) => unknown = (values) => values,
): z.ZodType<Values & When> {
  return z.custom<Values & When>().superRefine(({ when, on, ...values }, context) => {
    if (when === "day" && !isDay(on)) context.addIssue({ code: "custom", path: ["on"], message: "Choose a day." });
    for (const { path, message } of schema.safeParse(read(values)).error?.issues ?? [])
      context.addIssue({ code: "custom", path, message });
  });
}

/** The day as the procedure expects it; null: when the term ends. */
export function plannedOn({ when, on }: When): string | null {
  return when === "day" ? on : null;
}

/** The toast after a change was planned or requested. */
export function whenAccepted(answer: object, requested: string): string {
  return "on" in answer ? `Planned for ${formatDay(answer.on as Day)}` : requested;
}
