/** Days and instants in inputs, limited to what PostgreSQL and JavaScript can store, so without year 0. */
import { z } from "zod";
import { type Day, isDay } from "./day.ts";

/** ISO 8601 with zone, such as `2026-11-25T14:03:00Z`. */
export const instantInput = (error = "Enter a time such as 2026-11-25T14:03:00Z.") =>
  z.iso.datetime({ offset: true, error }).refine((instant) => Date.parse(instant) >= 0, "Choose a day after 1969.");

/** `2026-11`, in UTC. */
export const monthInput = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/);

/** A day in an input. */
export const dayInput = z.string("Choose a day.").transform((text, context): Day => {
  if (isDay(text) && text >= "1970") return text;
  context.addIssue({ code: "custom", message: isDay(text) ? "Choose a day after 1969." : "Choose a day." });
  return z.NEVER;
});
