/** Metered usage: how fast it is taken in, and how fast it is sent to Microsoft. */
import type { BenchEnvironment } from "./environment/bench-environment.ts";
import type { Measurement } from "./measurement.ts";
import { benchUsageDraining } from "./usage-draining.ts";
import { benchUsageIntake } from "./usage-intake.ts";

export async function benchUsage(benchEnvironment: BenchEnvironment): Promise<Measurement[]> {
  return [...(await benchUsageIntake(benchEnvironment)), ...(await benchUsageDraining(benchEnvironment))];
}
