/** The customer of a subscription, from our copy. */
import type { ContactInput } from "../../shared/inputs/landing.ts";

/** A reseller's purchaser and beneficiary are in different tenants. Null if either tenant is unknown. */
export function isBoughtByReseller(subscription: {
  purchaserTenantId: string | null;
  beneficiaryTenantId: string | null;
}): boolean | null {
  if (subscription.purchaserTenantId === null || subscription.beneficiaryTenantId === null) return null;
  return subscription.purchaserTenantId !== subscription.beneficiaryTenantId;
}

/** The contact that the purchaser left on the landing page; null if none, or if erased. */
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

/** The addresses of a subscription that emails can go to, the contact first; each once. */
export function mailAddressesOf(subscription: {
  contactEmail: string | null;
  purchaserEmail: string | null;
  beneficiaryEmail: string | null;
}): { email: string; role: "contact" | "purchaser" | "beneficiary" }[] {
  const all = [
    { email: subscription.contactEmail, role: "contact" as const },
    { email: subscription.purchaserEmail, role: "purchaser" as const },
    { email: subscription.beneficiaryEmail, role: "beneficiary" as const },
  ];
  const seen = new Set<string>();
  return all.flatMap(({ email, role }) => {
    if (!email || seen.has(email.toLowerCase())) return [];
    seen.add(email.toLowerCase());
    return [{ email, role }];
  });
}
