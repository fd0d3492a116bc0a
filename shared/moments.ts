/** Days and instants in inputs. The range leaves out what PostgreSQL or JavaScript cannot keep, such as the year 0. */
import { z } from "zod";

const firstDay = "1970-01-01";
const outOfRange = "Choose a day after 1969.";

/** A day as `2027-03-14`. */
export const dayInput = z.iso.date("Choose a day.").refine((day) => day >= firstDay, outOfRange);

/** ISO 8601 with its zone, as `2026-11-25T14:03:00Z`. */
export const instantInput = (error = "Give a time such as 2026-11-25T14:03:00Z.") =>
  z.iso.datetime({ offset: true, error }).refine((instant) => Date.parse(instant) >= 0, outOfRange);
