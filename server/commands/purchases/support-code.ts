import { randomInt } from "node:crypto";

/** Eight characters that are hard to confuse when read aloud; staff find the failure by them. */
export function newSupportCode(): string {
  const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join("");
}
