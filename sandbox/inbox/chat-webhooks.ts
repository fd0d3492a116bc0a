/** Addresses that accept cards like Teams and Slack, and show them in the inbox. */
import { Hono } from "hono";
import type { World } from "../world.ts";
import { maxTeamsBytes, teamsPost } from "./adaptive-card.ts";
import { slackPost } from "./slack-message.ts";

/** `POST /hooks/teams/:channel` and `POST /hooks/slack/:channel`. */
export function chatWebhooks({ inbox }: World): Hono {
  const app = new Hono();
  app.post("/teams/:channel", async (c) => {
    const mode = inbox.mode();
    if (mode === "gone") return c.json({ error: { code: "WorkflowTriggerNotFound" } }, 404);
    if (mode === "reject") return c.json({ error: { code: "DirectApiAuthorizationRequired" } }, 401);
    if (mode !== "accept") return c.text("Service unavailable", 503, { "Retry-After": "1" });
    const body = await c.req.text();
    if (Buffer.byteLength(body) > maxTeamsBytes) return c.json({ error: { code: "RequestEntityTooLarge" } }, 413);
    const post = teamsPost.safeParse(jsonOf(body));
    const [attachment] = post.data?.attachments ?? [];
    if (!attachment) return c.json({ error: { code: "BadRequest", message: post.error?.message } }, 400);
    const card = attachment.content;
    const first = card.body.flatMap((element) => (element.type === "Container" ? element.items : [element]))[0];
    const subject = first?.type === "TextBlock" ? first.text : "Card";
    inbox.add({ kind: "teams", to: c.req.param("channel"), subject, card });
    // A Workflow answers before it has posted.
    return c.body(null, 202);
  });
  app.post("/slack/:channel", async (c) => {
    const mode = inbox.mode();
    if (mode === "gone") return c.text("channel_is_archived", 410);
    if (mode === "reject") return c.text("action_prohibited", 403);
    if (mode !== "accept") return c.text("rollup_error", 503);
    const post = slackPost.safeParse(jsonOf(await c.req.text()));
    if (!post.success) return c.text("invalid_blocks", 400);
    inbox.add({ kind: "slack", to: c.req.param("channel"), subject: post.data.text, blocks: post.data.blocks });
    return c.text("ok");
  });
  return app;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
