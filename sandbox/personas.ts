/** The people who can sign in to the sandbox: staff, purchasers and beneficiaries. */
import { type Company, companies } from "./companies.ts";
import { personalTenantId, sandboxPublisher } from "./publisher.ts";
import type { Party } from "./model.ts";

export type Persona = {
  key: string;
  name: string;
  /** Description on the sign-in page. */
  about: string;
  company: string;
  tenantId: string;
  objectId: string;
  username: string;
  /** The `email` claim; null: the account has none, like some Entra accounts. */
  email: string | null;
  puid: string | null;
  /** App roles in the publisher's staff app. */
  roles: string[];
  kind: "staff" | "purchaser";
};

export const fabrikamTenantId = "a1a1a1a1-0000-4000-8000-00000000fab0";
export const northwindTenantId = "a2a2a2a2-0000-4000-8000-00000000bee0";
export const resellerTenantId = "a3a3a3a3-0000-4000-8000-00000000ad00";

function staff(key: string, name: string, about: string, index: number, roles: string[]): Persona {
  const username = `${key}@contoso.example`;
  const objectId = `0b1ec700-0000-4000-8000-00000000000${index}`;
  return {
    key,
    name,
    about,
    company: "Contoso",
    tenantId: sandboxPublisher.tenantId,
    objectId,
    username,
    email: username,
    puid: null,
    roles,
    kind: "staff",
  };
}

const staffPersonas: Persona[] = [
  staff("viewer", "Vera Lindqvist", "Viewer", 1, ["Marketdesk.Viewer"]),
  staff("operator", "Omar Haddad", "Operator", 2, ["Marketdesk.Operator"]),
  staff("admin", "Amira Dawson", "Admin", 3, ["Marketdesk.Admin"]),
  staff("second-admin", "Nadia Ferreira", "Second admin", 5, ["Marketdesk.Admin"]),
  staff("outsider", "Otto Brandt", "Employee without a role in Marketdesk", 4, []),
];

const purchaserPersonas: Persona[] = [
  {
    key: "ada",
    name: "Ada Moreau",
    about: "Purchaser at Fabrikam",
    company: "Fabrikam",
    tenantId: fabrikamTenantId,
    objectId: "0b1ec700-0000-4000-8000-0000000000a1",
    username: "ada@fabrikam.example",
    email: "ada@fabrikam.example",
    puid: "1003200000000A1A",
    roles: [],
    kind: "purchaser",
  },
  {
    key: "ben",
    name: "Ben Okafor",
    about: "Colleague at Fabrikam; the account has no email claim",
    company: "Fabrikam",
    tenantId: fabrikamTenantId,
    objectId: "0b1ec700-0000-4000-8000-0000000000b2",
    username: "ben@fabrikam.example",
    email: null,
    puid: "1003200000000B2B",
    roles: [],
    kind: "purchaser",
  },
  {
    key: "cleo",
    name: "Cleo Tanaka",
    about: "Purchaser at Northwind Traders",
    company: "Northwind Traders",
    tenantId: northwindTenantId,
    objectId: "0b1ec700-0000-4000-8000-0000000000c3",
    username: "cleo@northwind.example",
    email: "cleo@northwind.example",
    puid: "1003200000000C3C",
    roles: [],
    kind: "purchaser",
  },
  {
    key: "reseller",
    name: "Rosa Delgado",
    about: "Reseller (CSP) at Adventure Works Cloud",
    company: "Adventure Works Cloud",
    tenantId: resellerTenantId,
    objectId: "0b1ec700-0000-4000-8000-0000000000d4",
    username: "rosa@adventure-works.example",
    email: "rosa@adventure-works.example",
    puid: "1003200000000D4D",
    roles: [],
    kind: "purchaser",
  },
  {
    key: "personal",
    name: "Pat Kim",
    about: "Personal Microsoft account",
    company: "Personal account",
    tenantId: personalTenantId,
    objectId: "00000000-0000-0000-66f3-3332eca7ea81",
    username: "pat.kim@outlook.example",
    email: "pat.kim@outlook.example",
    puid: null,
    roles: [],
    kind: "purchaser",
  },
];

export const personas: readonly Persona[] = [...staffPersonas, ...purchaserPersonas];

export const purchasers: readonly Persona[] = purchaserPersonas;

/** Finds a persona by its key, or a company's purchaser by the company's name. */
export function findPersona(key: string): Persona | undefined {
  return personas.find((persona) => persona.key === key) ?? buyers.get(key);
}

/** The purchasers of the sample's companies. They are too many for the sign-in page, so it does not list them. */
const buyers = new Map(companies.map((company, index) => [company.name, buyerOf(company, index)]));

function buyerOf({ name, domain, contact, tenantId }: Company, index: number): Persona {
  const username = `${contact.toLowerCase().replaceAll(" ", ".")}@${domain}`;
  const number = String(index).padStart(12, "0");
  return {
    key: name,
    name: contact,
    about: `Purchaser at ${name}`,
    company: name,
    tenantId,
    objectId: `0b1ec700-0000-4000-9000-${number}`,
    username,
    email: username,
    puid: index % 5 === 4 ? null : `10032001${number.slice(4)}`,
    roles: [],
    kind: "purchaser",
  };
}

/** A persona in the form in which a subscription contains it. */
export function partyOf(persona: Persona): Party {
  return {
    emailId: persona.email ?? persona.username,
    objectId: persona.objectId,
    tenantId: persona.tenantId,
    puid: persona.puid,
    name: persona.name,
    company: persona.company,
  };
}
