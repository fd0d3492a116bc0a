/** Whether a signed-in visitor is the purchaser or beneficiary of a purchase. */
import { isSameEmail } from "./email-address.ts";

/** The signed-in visitor, as proved by Entra. */
export type Visitor = {
  tenantId: string;
  objectId: string;
  /** From the account; anyone can claim any address in a tenant of their own. */
  email: string | null;
  /** The sign-in name. */
  username: string | null;
  /** Entra verified the owner of the address's domain (the claim `xms_edov`). */
  isEmailVerified: boolean;
};

/** Purchaser or beneficiary, as given by Microsoft; missing and blank values are unknown. */
export type Party = { email: string | null; objectId: string | null; tenantId: string | null };

/** The tenant of all personal Microsoft accounts, so it does not show that two belong together. */
export const personalTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Why a visitor belongs to a purchase. */
export type PurchaseRelation = "same-organization" | "same-account" | "verified-email" | "microsoft-mailbox";

/**
 * The tenant, which Entra proves, is enough for colleagues. Otherwise two attributes must agree: an address is
 * easily claimed, and an object id is unique only within its tenant. Null for a stranger.
 */
export function relationToPurchase(visitor: Visitor, parties: readonly Party[]): PurchaseRelation | null {
  for (const party of parties) {
    const belonging = relationTo(visitor, party);
    if (belonging !== null) return belonging;
  }
  return null;
}

function relationTo(visitor: Visitor, party: Party): PurchaseRelation | null {
  const isPersonal = isSameId(visitor.tenantId, personalTenantId);
  const hasSameTenant = isSameId(visitor.tenantId, party.tenantId);
  if (hasSameTenant && !isPersonal) return "same-organization";

  const hasSameObject = isSameId(visitor.objectId, party.objectId);
  const address = [visitor.email, visitor.username].find((claim) => isSameEmail(claim, party.email)) ?? null;
  const hasSameEmail = address !== null;
  // The object id of a personal account is unique across Microsoft and not used in other tenants.
  if (isPersonal && hasSameObject && (hasSameTenant || hasSameEmail || isBlank(party.tenantId))) return "same-account";
  if (!isPersonal && hasSameObject && hasSameEmail && isBlank(party.tenantId)) return "same-account";
  if (!hasSameEmail) return null;
  if (visitor.isEmailVerified && isSameEmail(visitor.email, party.email)) return "verified-email";
  // Purchases with a personal account carry that directory's ids. Addresses of Microsoft's own mail service belong
  // to the account that has them.
  const isOfOtherDirectory = !hasSameTenant && !isBlank(party.tenantId);
  if (isPersonal && isOfOtherDirectory && isMicrosoftMailbox(address)) return "microsoft-mailbox";
  return null;
}

/** A tenant that says nothing about who belongs together. */
export function isPersonalTenant(tenantId: string): boolean {
  return isSameId(tenantId, personalTenantId);
}

/** Ids come in upper case, in braces, or without hyphens. */
function isSameId(one: string | null, other: string | null): boolean {
  const id = plainId(one);
  return id !== "" && id === plainId(other);
}

function plainId(id: string | null): string {
  return (id ?? "").toLowerCase().replaceAll(/[^0-9a-z]/g, "");
}

function isBlank(id: string | null): boolean {
  const plain = plainId(id);
  return plain === "" || /^0+$/.test(plain);
}

/** `example` is reserved, so no one owns these domains; the sandbox's mailboxes use it. */
const mailboxDomain = /@(?:outlook|hotmail|live|msn|passport)\.(?:com|example|[a-z]{2}|com?\.[a-z]{2})$/i;

function isMicrosoftMailbox(email: string | null): boolean {
  return email !== null && mailboxDomain.test(email.trim());
}
