import type { Role } from "./roles.ts";

/** Pages to act on when a need is about no subscription, with the role that each page takes. */
export const needPlaceRoles = {
  "/settings/connection": "operator",
  "/settings/reconcile": "viewer",
  "/settings/policy-changes": "viewer",
  "/settings/api-keys": "admin",
  "/settings/endpoints": "admin",
  "/settings/channels": "admin",
  "/settings/staff": "admin",
} as const satisfies Record<string, Role>;

export type NeedPlace = keyof typeof needPlaceRoles;
