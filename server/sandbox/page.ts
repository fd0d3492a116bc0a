import { Hono } from "hono";
import type { World } from "./world.ts";
export function pages(_world: World, _options: { sample: boolean }): Hono { return new Hono(); }
