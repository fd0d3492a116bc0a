import { expect, test } from "vitest";
import type { ClaimedMessage } from "../../server/database/writes/outbox-claims.ts";
import { createCardChannel } from "../../server/outbox/card-channel.ts";
import type { Channel } from "../../server/outbox/channel.ts";
import { createMailChannel } from "../../server/outbox/mail-channel.ts";
import { createPushChannel } from "../../server/outbox/push-channel.ts";
import { quiet } from "../support/app.ts";

let sent = 0;
const count = (): never => {
  sent += 1;
  throw new Error("sent");
};
const now = () => new Date();
const outward = { post: () => Promise.resolve().then(count) };
const mail = { to: "ada@fabrikam.example", subject: "Subject", html: "", text: "" };
const to = {
  endpoint: "https://push.example/one",
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: Buffer.alloc(16).toString("base64url"),
};
const notification = { title: "Title", body: "", path: "/", tag: "one", isUrgent: false };
const keys = {
  publicKey: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
  privateKey: "IkpmeJfXJ7DCfTzY7t2L_4D6QNCr_AiRZH_Eu2LDQ2A",
};

const channels: [string, Channel][] = [
  [
    "an email",
    createMailChannel({
      server: { send: async () => count() },
      compose: async () => mail,
      onSent: async () => {},
      log: quiet,
    }),
  ],
  [
    "a card",
    createCardChannel({
      kind: "teams",
      outward,
      now,
      compose: async () => ({ address: "https://a.example", body: {} }),
    }),
  ],
  [
    "a notification of a browser",
    createPushChannel(
      { keys, outward, contact: "mailto:a@fabrikam.example", now },
      { compose: async () => ({ to, notification }), onGone: async () => {} },
    ),
  ],
];

test.each(channels)(
  "%s is sent while its claim lasts, and not by a sender that stood still until another one could send it",
  async (_what, channel) => {
    const message = { messageId: "01a22000-0000-7000-8000-000000000001" } as ClaimedMessage;
    sent = 0;
    await expect(channel.send({ ...message, claimEndsAt: performance.now() + 30_000 })).rejects.toThrow("sent");
    expect(sent).toBe(1);
    await expect(channel.send({ ...message, claimEndsAt: performance.now() })).rejects.toThrow("claim of the message");
    expect(sent).toBe(1);
  },
);
