import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { LostAnswer, scriptServer, show } from "../support/dashboard-parts.tsx";
import { PeoplePage } from "../../web/pages/people/people.tsx";

const server = scriptServer();

beforeEach(() => {
  server.answers["people.find"] = ({ email }: { email: string }) => ({
    email,
    names: [],
    phones: [],
    subscriptions: [{ id: "s-1", name: "Fabrikam", hasEnded: false, as: ["purchaser"] }],
    staff: [],
  });
});

async function erase() {
  await show(<PeoplePage />);
  fireEvent.change(await screen.findByLabelText("Email address"), { target: { value: "ada@fabrikam.com" } });
  fireEvent.click(screen.getByRole("button", { name: "Find" }));
  fireEvent.click(await screen.findByRole("button", { name: "Erase…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Erase personal data" }));
  fireEvent.change(dialog.getByLabelText("Reason"), { target: { value: "Requested by email" } });
  fireEvent.click(dialog.getByRole("button", { name: "Erase" }));
  return dialog;
}

describe("an erasure", () => {
  test("names the subscriptions that have to end before it is repeated, in a toast", async () => {
    server.answers["people.erase"] = () => ({ rows: 1_234, kept: [{ id: "s-1", name: "Fabrikam" }] });
    await erase();
    await screen.findByText("Erased from 1,234 rows. Erase again after this subscription has ended: Fabrikam.");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("is not offered again when its answer was lost but it is known to have been made", async () => {
    server.answers["people.erase"] = () => {
      throw new LostAnswer();
    };
    server.answers["submissions.settle"] = () => ({ state: "done" });
    const dialog = await erase();
    await dialog.findByText(/Your change was made/);
    expect(dialog.queryByRole("button", { name: "Erase" })).toBeNull();
    expect(dialog.getAllByRole("button", { name: "Close" })).toHaveLength(2);
  });
});
