/** Inputs about the data of one person. */
import { z } from "zod";
import { reason, typed } from "./parts.ts";

const personValue = typed().trim().min(3, "Enter at least 3 characters.").max(200, "Enter at most 200 characters.");
/** One person: an email address with the person's names and phone numbers. */
export const personInput = z.strictObject({
  email: typed()
    .trim()
    .toLowerCase()
    .max(320, "Enter at most 320 characters.")
    .refine((text) => /^[^\s@]+@[^\s@]+$/u.test(text), "Enter an email address."),
  names: z.array(personValue).max(20, "Choose at most 20 names.").default([]),
  phones: z.array(personValue).max(20, "Choose at most 20 phone numbers.").default([]),
});
export type PersonInput = z.output<typeof personInput>;
export const findPersonInput = personInput.pick({ email: true });
export const erasePersonInput = personInput.extend({ reason });
export type ErasePersonInput = z.output<typeof erasePersonInput>;
