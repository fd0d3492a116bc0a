import type { State } from "./types.ts";
/** placeholder */
export function addSample(_state: State, _now: number, _options: { count?: number; seed?: number | undefined } = {}): void {}
