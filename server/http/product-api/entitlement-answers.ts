/** Entitlements as the product API returns them. */
import type { z } from "@hono/zod-openapi";
import { accessOf } from "../../../shared/lifecycle.ts";
import type { Database } from "../../database/connection/database.ts";
import { type EntitlementRow, findEntitlements } from "../../database/queries/entitlements.ts";
import { isPersonalTenant } from "../../domain/purchase-owner.ts";
import { accessReason } from "../../domain/subscription.ts";
import { AppError } from "../../errors.ts";
import type { entitlementQuery, EntitlementShape, EntitlementsShape } from "./entitlement-schemas.ts";

/** @throws AppError `Invalid` for the tenant of personal accounts without a user */
export async function entitlementsFor(
  db: Database,
  { tenant, user, offer }: z.output<typeof entitlementQuery>,
): Promise<EntitlementsShape> {
  const isPersonal = isPersonalTenant(tenant);
  if (isPersonal && user === undefined) {
    const message = "This is the tenant of all personal accounts. Name the person in `user`.";
    throw new AppError("Invalid", message, { fields: { user: [message] } });
  }
  const beneficiary = isPersonal && user !== undefined ? user : null;
  const { rows, hasMore } = await findEntitlements(db, { tenant, beneficiary, offer });
  const entitlements = rows.map((row) => entitlementOf(row, user));
  return { tenant, user: user ?? null, access: entitlements[0]?.access ?? "none", entitlements, hasMore };
}

function entitlementOf(row: EntitlementRow, user: string | undefined): EntitlementShape {
  const hold = row.holdAt === null ? null : { reason: row.holdReason ?? "", byName: row.holdBy ?? "" };
  return {
    subscriptionId: row.id,
    name: row.name,
    offer: { id: row.offerId, name: row.offerName },
    plan: { id: row.planId, name: row.planName },
    quantity: row.quantity,
    access: accessOf(row.status, hold !== null),
    accessReason: accessReason(row.status, hold),
    termUnit: row.termUnit,
    termEndsOn: row.termEndsOn,
    isFreeTrial: row.isFreeTrial ?? false,
    isTest: row.isTest ?? false,
    isBeneficiary: user === undefined ? null : row.beneficiaryObjectId?.toLowerCase() === user.toLowerCase(),
    version: row.version + row.ownVersion,
  };
}

/** With more entitlements, some servers refuse the token in a header. */
const maxClaimedEntitlements = 20;

/** The claims of a token with signed entitlements, without those that have ended. */
export function claimsFor({ tenant, user, access, entitlements, hasMore }: EntitlementsShape) {
  const current = entitlements.filter((entitlement) => entitlement.access !== "ended");
  return {
    subject: user === null ? tenant : `${tenant}:${user}`,
    tid: tenant,
    ...(user === null ? {} : { oid: user }),
    access,
    entitlements: current.slice(0, maxClaimedEntitlements).map((entitlement) => ({
      subscriptionId: entitlement.subscriptionId,
      offerId: entitlement.offer.id,
      planId: entitlement.plan.id,
      quantity: entitlement.quantity,
      access: entitlement.access,
      termEndsOn: entitlement.termEndsOn,
    })),
    hasMore: hasMore || current.length > maxClaimedEntitlements,
  };
}
