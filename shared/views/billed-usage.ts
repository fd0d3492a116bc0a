/** Usage that Microsoft has accepted, by month and dimension. Quantities and amounts are exact decimals in text. */
import type { BilledSum } from "../usage.ts";

export type BilledDimensionView = {
  offerId: string;
  dimension: string;
  name: string;
  unit: string | null;
  /** Of each month of the view, in their order. */
  months: BilledSum[];
  total: BilledSum;
};

export type BilledUsageView = {
  /** Whether a plan has dimensions, or something was billed. */
  isMetered: boolean;
  /** All currencies of list prices; never added up. */
  currencies: string[];
  /** The currency of all amounts; null: no price is known. */
  currency: string | null;
  /** The last twelve months in UTC, such as `2026-11`, and what each comes to; amounts are null without a currency. */
  months: { month: string; amount: string | null }[];
  total: string | null;
  /** With usage, the largest first. */
  dimensions: BilledDimensionView[];
  /** The last month of which hours were deleted after their retention; null: none. */
  deletedThrough: string | null;
};
