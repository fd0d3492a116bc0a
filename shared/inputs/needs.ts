/** Inputs about needs. */
import { z } from "zod";
import { instantInput } from "../moments.ts";
import { reason } from "./parts.ts";

export const needInput = z.strictObject({
  kind: z.string().min(1, "The kind of the item is missing.").max(40),
  /** The id of its subject. */
  id: z.string().min(1, "The ID of the item is missing.").max(200),
});
export const snoozeInput = needInput.extend({
  until: instantInput("Choose a time."),
  reason,
});
export type SnoozeInput = z.infer<typeof snoozeInput>;
