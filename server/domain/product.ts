/** What the product reports, in words. */
import type { Provisioned } from "../../shared/product.ts";
import { planMark } from "./name-marks.ts";

/** `plan ⟨team⟩, 5 seats, access full`. */
export function provisionedInWords({ planId, quantity, access }: Provisioned): string {
  const seats = quantity === null ? "" : ` ${quantity} ${quantity === 1 ? "seat" : "seats"},`;
  return `plan ${planMark(planId)},${seats} access ${access}`;
}
