import type { ActorKind } from "../actors.ts";
import type { Role } from "../roles.ts";

export type MeView = {
  /** The id of an owner of subscriptions. */
  id: string;
  name: string;
  email: string;
  role: Role;
  /** The address of the sandbox's page if the sandbox is used, otherwise null. */
  sandboxUrl: string | null;
  /** The person has just proved who they are, as dangerous actions require. */
  isSignInFresh: boolean;
};

export type ActorView = {
  kind: ActorKind;
  name: string;
  /** Of an automation, whose page it is. */
  automationId?: string;
};

/** A person who has signed in as staff. */
export type StaffView = {
  tenantId: string;
  objectId: string;
  name: string;
  email: string | null;
  /** From Entra, at the last sign-in. */
  role: Role;
  firstSeenAt: string;
  lastSignInAt: string;
  /** Blocked in Marketdesk; name and reason are null if they were not recorded. */
  disabled: { at: string; byName: string | null; reason: string | null } | null;
  /** When Entra stopped confirming the role or account; null if it still does, or has not been asked. */
  accessLostAt: string | null;
  /** What a person who may not act owns, to be handed over; null if nothing, or if they may act. */
  leaves: { subscriptions: number; followUps: number; customers: number; sharedViews: number } | null;
  /** The caller. */
  isYou: boolean;
};
