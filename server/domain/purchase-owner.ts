/** Whether a signed-in visitor is one of those who bought, or for whom was bought. Pure. */
import { isSameEmail } from "./email-address.ts";

/** Who signed in, as Entra proves it. */
export type Visitor = {
  tenantId: string;
  objectId: string;
  /** What the account says; anybody can claim any address in a tenant of their own. */
  email: string | null;
  /** The sign-in name. */
  username: string | null;
  /** Entra says that the owner of the address's domain was verified (the claim `xms_edov`). */
  isEmailVerified: boolean;
};

/** Purchaser or beneficiary, as Microsoft names them; what is missing or blank Microsoft has not said. */
export type Party = { email: string | null; objectId: string | null; tenantId: string | null };

/** Every personal Microsoft account is in this tenant, so it says nothing about belonging together. */
export const personalTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Why a visitor belongs to a purchase. */
export type Belonging = "same-organization" | "same-account" | "verified-email" | "microsoft-mailbox";

/**
 * A colleague belongs by the tenant, which Entra proves. Otherwise two attributes must agree: an address alone is claimed
 * easily, and an object id is unique within its tenant only. Null: a stranger.
 */
export function belongingOf(visitor: Visitor, parties: readonly Party[]): Belonging | null {
  for (const party of parties) {
    const belonging = belongingTo(visitor, party);
    if (belonging !== null) return belonging;
  }
  return null;
}

function belongingTo(visitor: Visitor, party: Party): Belonging | null {
  const isPersonal = isSameId(visitor.tenantId, personalTenantId);
  const hasSameTenant = isSameId(visitor.tenantId, party.tenantId);
  if (hasSameTenant && !isPersonal) return "same-organization";

  const hasSameObject = isSameId(visitor.objectId, party.objectId);
  const address = [visitor.email, visitor.username].find((claim) => isSameEmail(claim, party.email)) ?? null;
  const hasSameEmail = address !== null;
  // A personal account's object id is unique at Microsoft as a whole; it is the same in no other tenant.
  if (isPersonal && hasSameObject && (hasSameTenant || hasSameEmail || isBlank(party.tenantId))) return "same-account";
  if (!isPersonal && hasSameObject && hasSameEmail && isBlank(party.tenantId)) return "same-account";
  if (!hasSameEmail) return null;
  if (visitor.isEmailVerified && isSameEmail(visitor.email, party.email)) return "verified-email";
  // Who buys with a personal account in a directory of their own is named by that directory's ids. Addresses of
  // Microsoft's own mail service belong to the account that has them.
  const isOfOtherDirectory = !hasSameTenant && !isBlank(party.tenantId);
  if (isPersonal && isOfOtherDirectory && isMicrosoftMailbox(address)) return "microsoft-mailbox";
  return null;
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

/** `example` is reserved and nobody's; the sandbox has its mailboxes there. */
const mailboxDomain = /@(?:outlook|hotmail|live|msn|passport)\.(?:com|example|[a-z]{2}|com?\.[a-z]{2})$/i;

function isMicrosoftMailbox(email: string | null): boolean {
  return email !== null && mailboxDomain.test(email.trim());
}
