/** The phases of a reconciliation, and the differences that it finds. */

/** The phases of a reconciliation, in order. */
export const reconcilePhases = ["listing", "missing", "waiting"] as const;

export type ReconcilePhase = (typeof reconcilePhases)[number];

/**
 * `unknown`: Microsoft has it, we did not. `drift`: facts differ. `missing`: we have it, Microsoft does not.
 * `pending_too_long`: not activated in time. `unrecognised`: Microsoft reports an unknown status.
 */
export const differenceKinds = ["unknown", "drift", "missing", "pending_too_long", "unrecognised"] as const;

export type DifferenceKind = (typeof differenceKinds)[number];

/** `raised`: cannot be repaired, staff have to look. */
export const differenceResolutions = ["added", "repaired", "raised", "failed"] as const;

export type DifferenceResolution = (typeof differenceResolutions)[number];
