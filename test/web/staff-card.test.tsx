import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { StaffCard } from "../../web/pages/subscription/staff-card.tsx";
import { dismissAnnouncements } from "../../web/shell/announcement.ts";
import type { Subscription } from "../../web/trpc.ts";
import { type Day, localDayOf } from "../../shared/day.ts";

const server = scriptServer();
const subscription = { id: "s-1", owner: null, followUpOn: "2030-03-01", tags: [] } as unknown as Subscription;
const sent = () =>
  server.calls.filter(({ procedure }) => procedure === "subscriptions.setFollowUp").map(({ input }) => input);

beforeEach(() => {
  server.answers["subscriptions.setFollowUp"] = () => null;
  server.answers["subscriptions.facets"] = () => ({ offers: [], tags: [], owners: [] });
});

async function typeDay(value: string) {
  await show(<StaffCard subscription={subscription} />);
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

describe("what was changed is undone by the toast", () => {
  const undo = async () => fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
  const inputsOf = (name: string) =>
    server.calls.filter(({ procedure }) => procedure === name).map(({ input }) => input);

  beforeEach(() => {
    for (const name of ["subscriptions.assignOwner", "subscriptions.changeTags"]) server.answers[name] = () => null;
    server.answers["subscriptions.possibleOwners"] = () => [{ id: "staff-2", name: "Grace" }];
  });

  test("for the owner", async () => {
    const owned = { ...subscription, ownerId: "staff-2", ownerName: "Grace", isMine: false };
    await show(<StaffCard subscription={owned} />);
    fireEvent.click(await screen.findByRole("button", { name: "Assign to me" }));
    await undo();
    await expect
      .poll(() => inputsOf("subscriptions.assignOwner"))
      .toEqual([
        { subscriptionId: "s-1", owner: "me" },
        { subscriptionId: "s-1", owner: "staff-2", seenOwner: "me" },
      ]);
    await screen.findByText("Undone");
  });

  test("for a tag", async () => {
    await show(<StaffCard subscription={{ ...subscription, tags: ["vip"] }} />);
    fireEvent.click(await screen.findByRole("button", { name: "Remove the tag vip" }));
    await undo();
    await expect
      .poll(() => inputsOf("subscriptions.changeTags"))
      .toEqual([
        { subscriptionId: "s-1", add: [], remove: ["vip"] },
        { subscriptionId: "s-1", add: ["vip"], remove: [] },
      ]);
  });

  test("for a follow-up, on the day that it had, or today if that has passed", async () => {
    for (const [followUpOn, back] of [
      ["2030-03-01", "2030-03-01"],
      ["2020-03-01", localDayOf(Date.now())],
    ] as const) {
      server.calls = [];
      const { close } = await show(<StaffCard subscription={{ ...subscription, followUpOn: followUpOn as Day }} />);
      fireEvent.click(await screen.findByRole("button", { name: /^Clear/ }));
      await undo();
      await expect.poll(sent).toEqual([
        { subscriptionId: "s-1", on: null },
        { subscriptionId: "s-1", on: back, seenOn: null },
      ]);
      close();
      dismissAnnouncements();
    }
  });
});
