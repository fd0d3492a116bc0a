/** The request that an incoming webhook of Slack accepts, with its limits (https://docs.slack.dev/reference/block-kit/blocks). */
import { z } from "zod";

const plain = (max: number) => z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(max) });
const mrkdwn = z.strictObject({
  type: z.literal("mrkdwn"),
  text: z.string().min(1).max(3_000),
  verbatim: z.boolean().optional(),
});
const button = z.strictObject({
  type: z.literal("button"),
  text: plain(75),
  url: z.url({ protocol: /^https?$/ }).max(3_000),
  action_id: z.string().max(255).optional(),
});
const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text: plain(150) }),
  z.strictObject({ type: z.literal("section"), text: mrkdwn }),
  z.strictObject({ type: z.literal("context"), elements: z.array(mrkdwn).min(1).max(10) }),
  z.strictObject({ type: z.literal("divider") }),
  z.strictObject({ type: z.literal("actions"), elements: z.array(button).min(1).max(25) }),
]);
export type SlackBlock = z.infer<typeof block>;

export const slackPost = z.strictObject({
  /** Shown in the notification, and read first by screen readers. */
  text: z.string().min(1).max(40_000),
  blocks: z.array(block).max(50),
});
