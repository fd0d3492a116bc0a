import { useParams } from "@tanstack/react-router";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useRef } from "react";
import { expect, onTestFinished, test } from "vitest";
import { useRowCursor, useWantedFocus } from "../../web/components/table/row-cursor.ts";
import { useSelection } from "../../web/components/table/selection.ts";
import { setSender } from "../../web/sending/send.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

scriptServer();

const ids = ["one", "two", "three"];

/** The parts of a list that remember, without the layout that its rows need. */
function List({ filters }: { filters: string }) {
  const selection = useSelection(filters);
  const cursor = useRowCursor("Subscriptions", ids);
  const body = useRef<HTMLTableSectionElement>(null);
  useWantedFocus(cursor.wanted, body);
  return (
    <table>
      <tbody ref={body}>
        {ids.map((id) => (
          <tr key={id} data-id={id} onFocus={() => cursor.setActive(id)}>
            <td>
              <input
                type="checkbox"
                aria-label={`Select ${id}`}
                checked={selection.has(id)}
                onChange={() => selection.toggle(id, ids, false)}
              />
              <button type="button" data-row>
                {id}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Page() {
  const { page } = useParams({ strict: false }) as { page: string };
  return page.startsWith("list") ? <List filters={page} /> : <h1>{page}</h1>;
}

const row = (name: string) => screen.findByRole("button", { name });
const selected = async () => {
  await row("one");
  return ids.filter((id) => screen.getByLabelText<HTMLInputElement>(`Select ${id}`).checked);
};

async function leaveFromTwo() {
  const pages = await show(<Page />, { path: "/$page", at: "/list" });
  fireEvent.click(await screen.findByLabelText("Select one"));
  fireEvent.click(screen.getByLabelText("Select three"));
  (await row("two")).focus();
  pages.goTo("/other");
  await screen.findByRole("heading", { name: "other" });
  return pages;
}

test("going back to a list finds the row with the focus and the selected rows again", async () => {
  const pages = await leaveFromTwo();
  pages.goBack();
  expect(await selected()).toEqual(["one", "three"]);
  const two = await row("two");
  await waitFor(() => expect(document.activeElement).toBe(two));
});

test("a new visit to the list and other filters begin without a selection", async () => {
  const pages = await leaveFromTwo();
  pages.goTo("/list");
  expect(await selected()).toEqual([]);
  expect(document.activeElement).toBe(document.body);
  fireEvent.click(screen.getByLabelText("Select two"));
  pages.goTo("/list-of-others");
  await waitFor(async () => expect(await selected()).toEqual([]));
  pages.goBack();
  await waitFor(async () => expect(await selected()).toEqual(["two"]));
});

test("another person who has signed in since finds nothing of the former one", async () => {
  setSender("adele");
  onTestFinished(() => setSender(""));
  const pages = await leaveFromTwo();
  setSender("diego");
  pages.goBack();
  expect(await selected()).toEqual([]);
  expect(document.activeElement).toBe(document.body);
});
