import type { ActorKind } from "../filters.ts";
import type { Role } from "../roles.ts";

export type MeView = {
  /** As owners of subscriptions are named. */
  id: string;
  name: string;
  email: string;
  role: Role;
  /** Address of the sandbox's page when Microsoft is our stand-in, else null. */
  sandboxUrl: string | null;
  /** They proved moments ago who they are, as dangerous acts need. */
  isSignInFresh: boolean;
};

export type ActorView = { kind: ActorKind; name: string };

/** Someone who has signed in as staff. */
export type StaffView = {
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  /** As Entra gave it at the last sign-in. */
  role: Role;
  firstSeenAt: string;
  lastSignInAt: string;
  /** Shut out of the desk; the name and reason are null where they were not kept. */
  disabled: { at: string; byName: string | null; reason: string | null } | null;
  /** When Entra stopped confirming the role or the account; null: it confirms them, or was not asked since. */
  accessLostAt: string | null;
  /** What somebody who may not act owns, to be handed over; null: nothing, or they may act. */
  leaves: { subscriptions: number; followUps: number; sharedViews: number } | null;
  /** Whoever asks. */
  isYou: boolean;
};
