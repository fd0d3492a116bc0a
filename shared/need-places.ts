import type { Role } from "./roles.ts";

/** Pages to act on, with the role that each page takes. */
export const needPlaceRoles = {
  "/deliveries": "viewer",
  "/usage": "viewer",
  "/settings/connection": "operator",
  "/settings/reconcile": "viewer",
  "/settings/destination": "viewer",
  "/settings/policy-changes": "viewer",
  "/settings/api-keys": "admin",
  "/settings/endpoints": "admin",
  "/settings/channels": "admin",
  "/settings/staff": "admin",
} as const satisfies Record<string, Role>;

export type NeedPlace = keyof typeof needPlaceRoles;
