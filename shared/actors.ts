/** Who makes changes, and from where. */

export const actorKinds = ["staff", "purchaser", "marketplace", "product", "system", "automation"] as const;

export type ActorKind = (typeof actorKinds)[number];

/** The source of a change. `api`: the product. `job`: background work without a request at that moment. */
export const activitySources = ["desk", "bulk", "landing", "webhook", "api", "job"] as const;

export type ActivitySource = (typeof activitySources)[number];

/** The source of an actor's changes, unless the entry says otherwise. */
export const sourceOfKind: Record<ActorKind, ActivitySource> = {
  staff: "desk",
  purchaser: "landing",
  marketplace: "webhook",
  product: "api",
  system: "job",
  automation: "job",
};
