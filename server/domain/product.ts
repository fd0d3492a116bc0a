/** What the product reports, in words. */
import type { Provisioned } from "../../shared/product.ts";
import { planMark } from "./name-marks.ts";

const accessWords: Record<Provisioned["access"], string> = {
  full: "full access",
  suspended: "access suspended",
  ended: "access ended",
};

/** `Team, 5 seats, full access`, with a mark for the plan's name. */
export function provisionedInWords({ planId, quantity, access }: Provisioned): string {
  const seats = quantity === null ? "" : ` ${quantity} ${quantity === 1 ? "seat" : "seats"},`;
  return `${planMark(planId)},${seats} ${accessWords[access]}`;
}
