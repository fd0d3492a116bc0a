/** All scenes of a rehearsal: what happens to a subscription, and what the product of the publisher must make of it. */
import type { Scene } from "./scene.ts";
import { life } from "./lifecycle-scenes.ts";
import { messages } from "./message-scenes.ts";
import { conditions } from "./condition-scenes.ts";

export const scenes: readonly Scene[] = [...life, ...messages, ...conditions];
