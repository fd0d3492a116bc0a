/** All scenes of a rehearsal: what happens to a subscription, and what the product of the publisher must make of it. */
import type { Scene } from "./scene.ts";
import { lifecycleScenes } from "./lifecycle-scenes.ts";
import { messageScenes } from "./message-scenes.ts";
import { conditionScenes } from "./condition-scenes.ts";

export const scenes: readonly Scene[] = [...lifecycleScenes, ...messageScenes, ...conditionScenes];
