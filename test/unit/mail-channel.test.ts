import { describe, expect, test } from "vitest";
import type { ClaimedMessage } from "../../server/database/writes/outbox-claims.ts";
import type { Sent } from "../../server/outbox/channel.ts";
import { createMailChannel } from "../../server/outbox/mail-channel.ts";
import { quiet } from "../support/app.ts";

const delivered: Sent = {
  outcome: "delivered",
  status: 250,
  durationMs: 1,
  problem: null,
  request: null,
  answer: null,
  retryAfterMs: null,
  isGone: false,
  isFinal: false,
};
const message = { messageId: "01a22000-0000-7000-8000-000000000001" } as ClaimedMessage;

describe("an email that the mail server has taken", () => {
  test.each([2, Infinity])("counts as delivered if its note fails %d times", async (failures) => {
    let sent = 0;
    let tries = 0;
    const channel = createMailChannel({
      server: { send: async () => ((sent += 1), delivered) },
      compose: async () => ({ to: "ada@fabrikam.example", subject: "Subject", html: "", text: "" }),
      async onSent() {
        tries += 1;
        if (tries <= failures) throw new Error("no database");
      },
      log: quiet,
    });
    expect(await channel.send(message)).toEqual(delivered);
    expect(sent).toBe(1);
    expect(tries).toBe(failures === 2 ? 3 : 8);
  });
});
