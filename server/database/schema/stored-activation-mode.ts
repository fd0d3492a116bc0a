/**
 * How activation modes are stored. Databases, and policy changes that wait in them, have earlier names: renaming
 * them there would break the previous version, which may still be running during an upgrade.
 */
import { customType } from "drizzle-orm/pg-core";
import type { ActivationMode } from "../../../shared/activation-policies.ts";

export const storedActivationModes = ["at_once", "staff", "product"] as const;

function toStored(mode: ActivationMode): string {
  return mode === "immediately" ? "at_once" : mode;
}

function fromStored(stored: string): ActivationMode {
  return (stored === "at_once" ? "immediately" : stored) as ActivationMode;
}

export const activationMode = customType<{ data: ActivationMode; driverData: string }>({
  dataType: () => "text",
  toDriver: toStored,
  fromDriver: fromStored,
});

/** A policy's input as a waiting policy change stores it: `way` is the mode. */
export function toStoredPolicyInput<Input extends { mode: ActivationMode | null }>({ mode, ...input }: Input) {
  return { ...input, way: mode && toStored(mode) };
}

/** The input of a waiting policy change under today's names; anything else unchanged, for the schema to refuse. */
export function fromStoredPolicyInput(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || !("way" in stored)) return stored;
  const { way, ...input } = stored;
  return { ...input, mode: typeof way === "string" ? fromStored(way) : way };
}
