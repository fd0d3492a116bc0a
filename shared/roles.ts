/** Staff roles and what each permits, as data. */

export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** The values of the Entra app roles that are assigned to staff. */
export const entraRoles: Record<string, Role> = {
  "Marketdesk.Viewer": "viewer",
  "Marketdesk.Operator": "operator",
  "Marketdesk.Admin": "admin",
};

/** Whether a role includes the permissions of another. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** The highest Marketdesk role among the values of a `roles` claim; null if there is none. */
export function highestRole(values: readonly string[]): Role | null {
  const granted = values.map((value) => entraRoles[value]).filter((role) => role !== undefined);
  return roles.findLast((role) => granted.includes(role)) ?? null;
}
