/** Who signs in, and the addresses of `/auth` for them. */

export type Audience = "staff" | "purchaser";

/** Where sign-in starts and returns to, by audience. */
export const signInPaths = {
  staff: { signIn: "/auth/sign-in", callback: "/auth/callback", signOut: "/auth/sign-out", home: "/" },
  purchaser: {
    signIn: "/auth/purchaser/sign-in",
    callback: "/auth/purchaser/callback",
    signOut: "/auth/purchaser/sign-out",
    home: "/landing",
  },
} as const;

export function isStaff(audience: Audience): boolean {
  return audience === "staff";
}

/** @param isOther to choose another account */
export function signInAgain(audience: Audience, returnTo?: string, isOther = false): string {
  const query = new URLSearchParams();
  if (returnTo !== undefined && returnTo !== signInPaths[audience].home) query.set("returnTo", returnTo);
  if (isOther) query.set("account", "other");
  return `${signInPaths[audience].signIn}${query.size > 0 ? `?${query}` : ""}`;
}
