/** Entra's directory: each person's app roles, and whether the account is enabled. */
import { z } from "zod";
import { entraRoles } from "../shared/roles.ts";
import { Refusal } from "./fulfillment/refusal.ts";
import { findPersona, personas } from "./personas.ts";
import type { Persona } from "./personas.ts";
import type { World } from "./world.ts";

export const personChange = z.strictObject({
  roles: z.array(z.enum(Object.keys(entraRoles), `roles can be ${Object.keys(entraRoles).join(", ")}`)).optional(),
  isDisabled: z.boolean().optional(),
});

/** A person's current state in Entra. Tokens that were issued earlier do not change. */
export function personNow(world: World, persona: Persona): { roles: string[]; isDisabled: boolean } {
  const change = world.state.people[persona.key];
  return { roles: change?.roles ?? persona.roles, isDisabled: change?.isDisabled ?? false };
}

/** Assigns app roles to a person, or disables or enables the account. */
export function changePerson(world: World, key: string, change: z.infer<typeof personChange>): Persona {
  const persona = findPersona(key);
  if (!persona) throw new Refusal(404, `There is no person ${key}.`);
  world.state.people[key] = { ...world.state.people[key], ...change };
  world.changed();
  return persona;
}

export function personView(world: World, persona: Persona) {
  const { key, name, username, tenantId, objectId } = persona;
  return { key, name, username, tenantId, objectId, ...personNow(world, persona) };
}

export function peopleViews(world: World) {
  return personas.map((persona) => personView(world, persona));
}
