/** Who a customer is, from what a subscription's record holds. Pure. */
import type { ContactInput } from "../../shared/inputs.ts";

/** A reseller buys in its own tenant for another one. Null: one of the tenants is not known, so neither is this. */
export function isBoughtByReseller(held: {
  purchaserTenantId: string | null;
  beneficiaryTenantId: string | null;
}): boolean | null {
  if (held.purchaserTenantId === null || held.beneficiaryTenantId === null) return null;
  return held.purchaserTenantId !== held.beneficiaryTenantId;
}

/** What the purchaser left on the landing page; null: nothing yet, or not any more. */
export function contactOf(held: {
  contactName: string | null;
  contactEmail: string | null;
  contactCompany: string | null;
  contactPhone: string | null;
}): ContactInput | null {
  if (held.contactName === null) return null;
  return {
    name: held.contactName,
    email: held.contactEmail ?? "",
    company: held.contactCompany ?? "",
    phone: held.contactPhone ?? "",
  };
}
