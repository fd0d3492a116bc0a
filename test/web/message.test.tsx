import { screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { noticeMessageType, noticeTestType } from "../../shared/notifications.ts";
import type { AttemptView, MessageView } from "../../shared/views/messages.ts";
import { Upcoming } from "../../web/components/upcoming.tsx";
import { MessagePage } from "../../web/pages/messages/message.tsx";

const server = scriptServer();
const at = "2026-11-28T12:00:00.000Z";

/** Shows the page of an email with one attempt. */
async function mailOf(type: string) {
  const attempt: AttemptView = {
    id: 1,
    at,
    durationMs: 234,
    outcome: "delivered",
    status: 250,
    problem: null,
    request: null,
    answer: null,
  };
  server.answers["messages.get"] = (): MessageView => ({
    id: 7,
    messageId: "01a2267e-f82e-7233-ac4c-38b5e278e124",
    type,
    receiverKind: "mail",
    receiverId: "mail",
    receiverName: "Email",
    subscriptionId: null,
    subscriptionName: null,
    summary: null,
    state: "delivered",
    attempts: 1,
    problem: null,
    endedAt: at,
    dueAt: null,
    waitsFor: 0,
    createdAt: at,
    attemptList: [attempt],
  });
  await show(<MessagePage />, { path: "/settings/messages/$id", at: "/settings/messages/7" });
  await screen.findByRole("heading", { name: "Delivery" });
}

describe("the page of an email", () => {
  test("to staff about what needs attention does not call it a test", async () => {
    await mailOf(noticeMessageType);
    screen.getByText("Notification");
    screen.getByText(noticeMessageType);
    expect(screen.queryByText(/A test/)).toBeNull();
  });

  test("that staff sent as a test says so", async () => {
    await mailOf(noticeTestType);
    screen.getByText("A test that staff sent");
  });

  test("names the answer as the mail server's", async () => {
    await mailOf(noticeMessageType);
    await screen.findByText("Delivered: Mail server 250");
    expect(screen.queryByText(/HTTP/)).toBeNull();
  });
});

test("what is planned for the next minute is not said to be just now", async () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  await show(
    <>
      <Upcoming at={inMs(20_000)} />
      <Upcoming at={inMs(5.2 * 60_000)} />
    </>,
  );
  await screen.findByText("in less than a minute");
  await screen.findByText("in 5 min");
});
