/**
 * The part of Adaptive Cards 1.5 that Teams shows in a posted card, as strict as Teams: an unknown element hides the whole card, so it
 * is refused (https://adaptivecards.io/schemas/1.5.0/adaptive-card.json).
 */
import { z } from "zod";

const spacing = z.enum(["none", "small", "default", "medium", "large", "extraLarge", "padding"]).optional();
const openUrl = z.strictObject({
  type: z.literal("Action.OpenUrl"),
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  style: z.enum(["default", "positive", "destructive"]).optional(),
});
const textBlock = z.strictObject({
  type: z.literal("TextBlock"),
  text: z.string(),
  wrap: z.boolean().optional(),
  size: z.enum(["small", "default", "medium", "large", "extraLarge"]).optional(),
  weight: z.enum(["lighter", "default", "bolder"]).optional(),
  color: z.enum(["default", "dark", "light", "accent", "good", "warning", "attention"]).optional(),
  isSubtle: z.boolean().optional(),
  spacing,
});
const factSet = z.strictObject({
  type: z.literal("FactSet"),
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })).min(1),
  spacing,
});
const actionSet = z.strictObject({ type: z.literal("ActionSet"), actions: z.array(openUrl).min(1).max(6), spacing });
const leaf = z.discriminatedUnion("type", [textBlock, factSet, actionSet]);
const container = z.strictObject({
  type: z.literal("Container"),
  items: z.array(leaf).min(1),
  separator: z.boolean().optional(),
  style: z.enum(["default", "emphasis", "good", "attention", "warning", "accent"]).optional(),
  spacing,
});

const card = z.strictObject({
  type: z.literal("AdaptiveCard"),
  $schema: z.string().optional(),
  version: z.enum(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"]),
  body: z.array(z.union([leaf, container])).min(1),
  actions: z.array(openUrl).max(6).optional(),
  msteams: z.strictObject({ width: z.literal("Full") }).optional(),
});
export type AdaptiveCard = z.infer<typeof card>;
export type CardElement = AdaptiveCard["body"][number];

/** The request that a Workflow "When a Teams webhook request is received" accepts. */
export const teamsPost = z.object({
  type: z.literal("message"),
  attachments: z
    .array(z.object({ contentType: z.literal("application/vnd.microsoft.card.adaptive"), content: card }))
    .length(1),
});

/** Teams refuses larger messages. */
export const maxTeamsBytes = 28 * 1024;
