/** Instants in inputs. The range leaves out what PostgreSQL or JavaScript cannot keep, such as the year 0. */
import { z } from "zod";

/** ISO 8601 with its zone, as `2026-11-25T14:03:00Z`. */
export const instantInput = (error = "Give a time such as 2026-11-25T14:03:00Z.") =>
  z.iso.datetime({ offset: true, error }).refine((instant) => Date.parse(instant) >= 0, "Choose a day after 1969.");
