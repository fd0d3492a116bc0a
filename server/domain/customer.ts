/** Who a customer is, from what a subscription's record holds. Pure. */
import type { ContactInput } from "../../shared/inputs.ts";

/** A reseller buys in its own tenant for another one. Null: one of the tenants is not known, so neither is this. */
export function isBoughtByReseller(subscription: {
  purchaserTenantId: string | null;
  beneficiaryTenantId: string | null;
}): boolean | null {
  if (subscription.purchaserTenantId === null || subscription.beneficiaryTenantId === null) return null;
  return subscription.purchaserTenantId !== subscription.beneficiaryTenantId;
}

/** What the purchaser left on the landing page; null: nothing yet, or not any more. */
export function contactOf(subscription: {
  contactName: string | null;
  contactEmail: string | null;
  contactCompany: string | null;
  contactPhone: string | null;
}): ContactInput | null {
  if (subscription.contactName === null) return null;
  return {
    name: subscription.contactName,
    email: subscription.contactEmail ?? "",
    company: subscription.contactCompany ?? "",
    phone: subscription.contactPhone ?? "",
  };
}
