/** The versions of a setting that has a version for each scope: all offers, an offer, or a plan. */
import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { RuleScope } from "../../../shared/scope.ts";

/** Versions shown in a history. */
export const maxVersionsShown = 200;

/** The rows of exactly this scope, without those that it inherits. */
export function isOfScope(table: { offerId: AnyPgColumn; planId: AnyPgColumn }, scope: RuleScope): SQL | undefined {
  const { offerId, planId } = scope;
  return and(
    offerId === null ? isNull(table.offerId) : eq(table.offerId, offerId),
    planId === null ? isNull(table.planId) : eq(table.planId, planId),
  );
}
