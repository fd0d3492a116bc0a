import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { DeskCard } from "../../web/pages/subscription/desk-card.tsx";
import type { Subscription } from "../../web/trpc.ts";

const server = scriptServer();
const subscription = { id: "s-1", owner: null, followUpOn: "2030-03-01", tags: [] } as unknown as Subscription;
const sent = () =>
  server.calls.filter(({ procedure }) => procedure === "subscriptions.setFollowUp").map(({ input }) => input);

beforeEach(() => {
  server.answers["subscriptions.setFollowUp"] = () => null;
  server.answers["subscriptions.facets"] = () => ({ offers: [], tags: [], owners: [] });
});

async function typeDay(value: string) {
  await show(<DeskCard subscription={subscription} />);
  const field = await screen.findByLabelText<HTMLInputElement>("Follow-up date");
  field.focus();
  fireEvent.change(field, { target: { value } });
  return { field, clear: screen.getByRole("button", { name: /^Clear/ }) };
}

/** As a mouse does: what is pressed gets the focus unless it prevents that. */
function press(button: HTMLElement) {
  if (fireEvent.mouseDown(button)) button.focus();
  fireEvent.click(button);
}

describe("Clear of a follow-up while another day is typed", () => {
  test("with the mouse sends only that", async () => {
    const { field, clear } = await typeDay("2030-04-01");
    press(clear);
    await expect.poll(sent).toEqual([{ subscriptionId: "s-1", on: null }]);
    field.blur();
    clear.focus();
    clear.blur();
    expect(sent()).toHaveLength(1);
  });

  test("with the keyboard sends only that", async () => {
    const { clear } = await typeDay("2030-04-01");
    clear.focus();
    fireEvent.click(clear);
    clear.blur();
    await expect.poll(sent).toEqual([{ subscriptionId: "s-1", on: null }]);
  });

  test("shows the day on record again if it is refused", async () => {
    server.answers["subscriptions.setFollowUp"] = () => {
      throw new Error("The subscription was erased.");
    };
    const { field, clear } = await typeDay("2030-04-01");
    press(clear);
    await screen.findByText("The subscription was erased.");
    expect(field.value).toBe("2030-03-01");
  });
});

test("a typed day is kept when the field, or the button after it, is left", async () => {
  const { field, clear } = await typeDay("2030-04-01");
  clear.focus();
  expect(sent()).toEqual([]);
  clear.blur();
  await expect.poll(sent).toEqual([{ subscriptionId: "s-1", on: "2030-04-01" }]);
  field.focus();
  fireEvent.change(field, { target: { value: "2030-05-01" } });
  field.blur();
  await expect.poll(sent).toHaveLength(2);
});
