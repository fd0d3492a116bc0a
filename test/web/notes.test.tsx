import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import type { ActivityView, NoteView } from "../../shared/views/history.ts";
import { ActivityEntry } from "../../web/components/activity-entry.tsx";
import { NoteForm } from "../../web/components/note-form.tsx";
import { NoteTools } from "../../web/components/timeline/note-tools.tsx";

const server = scriptServer();

beforeEach(() => {
  server.answers["subscriptions.possibleOwners"] = () => [
    { id: "staff-1", name: "Test operator" },
    { id: "staff-2", name: "Grace Mbeki" },
    { id: "staff-3", name: "Grant Lee" },
  ];
});

function type(field: HTMLElement, value: string) {
  fireEvent.change(field, { target: { value, selectionStart: value.length } });
}

const press = (field: HTMLElement, key: string) => fireEvent.keyDown(field, { key });

describe("a note", () => {
  test("mentions the colleague that the keyboard chooses after an @", async () => {
    const added: unknown[] = [];
    await show(<NoteForm about="subscription s-1" isPending={false} problem={null} add={(note) => added.push(note)} />);
    const field = await screen.findByLabelText<HTMLTextAreaElement>("Note for colleagues");
    await expect.poll(() => server.calls.map(({ procedure }) => procedure)).toContain("subscriptions.possibleOwners");
    await expect
      .poll(() => {
        type(field, "");
        type(field, "Ask @gra");
        return screen.queryAllByRole("option").map(({ textContent }) => textContent);
      })
      .toEqual(["Grace Mbeki", "Grant Lee"]);
    press(field, "ArrowDown");
    expect(field.getAttribute("aria-activedescendant")).toBe(screen.getAllByRole("option")[1]?.id);
    press(field, "ArrowDown");
    press(field, "Enter");
    expect(field.value).toBe("Ask @Grace Mbeki ");
    expect(screen.queryByRole("listbox")).toBeNull();
    screen.getByText(/until it is read: Grace Mbeki/);
    type(field, "Ask @Grace Mbeki about the invoice");
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    expect(added).toEqual([{ text: "Ask @Grace Mbeki about the invoice", mentions: ["staff-2"] }]);
  });

  const entry = {
    id: "n-1",
    at: "2026-11-20T10:00:00.000Z",
    kind: "subscription.note_added",
    summary: "Note",
    note: "See https://tickets.example/7?a=1, then (http://b.example/x). Not javascript:alert(1).",
    actor: { kind: "staff", name: "Test operator" },
    before: null,
    after: null,
    reason: null,
    reasonCode: null,
  } as unknown as ActivityView;

  test("has its addresses as links, and nothing else", async () => {
    await show(<ActivityEntry entry={entry} showSubscription={false} />);
    await screen.findByText(/^See/);
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([
      "https://tickets.example/7?a=1",
      "http://b.example/x",
    ]);
  });

  const note: NoteView = {
    version: "v-2",
    isOwn: true,
    editedAt: "2026-11-20T11:00:00.000Z",
    earlier: [{ at: "2026-11-20T10:00:00.000Z", text: "See the ticket" }],
    mentions: [{ name: "Grace Mbeki", isRead: false }],
  };

  test("is edited by its author, who keeps what was typed when the change is refused", async () => {
    server.answers["notes.edit"] = () => {
      throw new Error("This note has been edited since you opened it.");
    };
    await show(<NoteTools entry={entry} note={note} />);
    await screen.findByText("See the ticket");
    screen.getByText("For Grace Mbeki (not read yet)");
    fireEvent.click(screen.getByRole("button", { name: /^Edit/ }));
    const field = await screen.findByLabelText<HTMLTextAreaElement>("Text of the note");
    expect(field.value).toBe(entry.note);
    type(field, "See ticket 8");
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Save note" })));
    await screen.findByText(/has been edited since you opened it/);
    expect(field.value).toBe("See ticket 8");
    server.answers["notes.edit"] = () => ({ id: "v-3" });
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Save note" })));
    await screen.findByText("Note edited");
    const sent = server.calls.filter(({ procedure }) => procedure === "notes.edit").map(({ input }) => input);
    expect(sent.at(-1)).toEqual({ noteId: "n-1", seenVersion: "v-2", text: "See ticket 8", mentions: [] });
    expect(document.activeElement).toBe(screen.getByRole("button", { name: /^Edit/ }));
  });

  test("returns the focus to its button when the editor is left with Escape", async () => {
    await show(<NoteTools entry={entry} note={note} />);
    const edit = await screen.findByRole("button", { name: /^Edit/ });
    expect(document.activeElement).not.toBe(edit);
    fireEvent.click(edit);
    press(await screen.findByLabelText("Text of the note"), "Escape");
    expect(document.activeElement).toBe(await screen.findByRole("button", { name: /^Edit/ }));
  });

  test("of a colleague is only read", async () => {
    await show(<NoteTools entry={entry} note={{ ...note, isOwn: false }} />);
    await screen.findByText("See the ticket");
    expect(screen.queryByRole("button", { name: /^Edit/ })).toBeNull();
  });
});
