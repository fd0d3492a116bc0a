/** Instants in inputs, limited to what PostgreSQL and JavaScript can store, so without year 0. */
import { z } from "zod";

/** ISO 8601 with zone, such as `2026-11-25T14:03:00Z`. */
export const instantInput = (error = "Enter a time such as 2026-11-25T14:03:00Z.") =>
  z.iso.datetime({ offset: true, error }).refine((instant) => Date.parse(instant) >= 0, "Choose a day after 1969.");
