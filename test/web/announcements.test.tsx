import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { TRPCClientError } from "@trpc/client";
import { NotSentError } from "../../web/sending/send-error.ts";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { announce } from "../../web/shell/announcement.ts";

scriptServer();

const passes = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1_000));
const say = (text: string) => act(() => announce(text));
const shown = () => [...screen.getByRole("status").children].map((toast) => toast.textContent);

beforeEach(async () => {
  await show(<h1>Page</h1>);
  await screen.findByRole("heading", { name: "Page" });
  vi.useFakeTimers();
});

describe("a toast", () => {
  test("stays for its eight seconds when others come later", async () => {
    say("The rule was saved");
    await passes(5);
    say("The test was sent");
    expect(shown()).toEqual(["The rule was saved", "The test was sent"]);
    await passes(4);
    expect(shown()).toEqual(["The test was sent"]);
    await passes(5);
    expect(shown()).toEqual([]);
  });

  test("is not shown twice, and stays longer when its sentence comes again", async () => {
    say("Copied");
    await passes(5);
    say("Copied");
    await passes(5);
    expect(shown()).toEqual(["Copied"]);
  });

  test("with Undo says what Undo did, and offers it again if nothing was sent", async () => {
    const results: (() => Promise<unknown>)[] = [
      () => Promise.reject(TRPCClientError.from(new NotSentError())),
      () => Promise.resolve("2 subscriptions assigned as before, 1 not: it is Grace now."),
    ];
    act(() => announce("3 subscriptions assigned to you", () => (results.shift() ?? (() => Promise.resolve()))()));
    const undo = () => act(async () => void fireEvent.click(screen.getByRole("button", { name: "Undo" })));
    await undo();
    expect(shown()[0]).toContain("You are offline. Nothing was sent");
    await undo();
    expect(shown()).toEqual(["2 subscriptions assigned as before, 1 not: it is Grace now."]);
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });

  test("with Undo says why it was refused, and does not offer it again", async () => {
    act(() => announce("Owner changed", () => Promise.reject(new Error("The owner has been changed since."))));
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: "Undo" })));
    expect(shown()).toEqual(["The owner has been changed since."]);
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });

  test("makes room only for the fourth", () => {
    for (const text of ["One", "Two", "Three", "Four"]) say(text);
    expect(shown()).toEqual(["Two", "Three", "Four"]);
  });

  test("is closed without the others", () => {
    say("One");
    say("Two");
    fireEvent.click(screen.getAllByRole("button", { name: "Close message" })[0] as HTMLElement);
    expect(shown()).toEqual(["Two"]);
  });

  test("stays while the mouse is on it", async () => {
    say("The rule was saved");
    fireEvent.pointerOver(screen.getByText("The rule was saved"), { pointerType: "mouse" });
    await passes(20);
    expect(shown()).toEqual(["The rule was saved"]);
    fireEvent.pointerOut(screen.getByText("The rule was saved"), { pointerType: "mouse" });
    await passes(9);
    expect(shown()).toEqual([]);
  });

  test("stays while the tab is hidden", async () => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    fireEvent(document, new Event("visibilitychange"));
    say("The rule was saved");
    await passes(20);
    expect(shown()).toEqual(["The rule was saved"]);
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
    fireEvent(document, new Event("visibilitychange"));
    await passes(9);
    expect(shown()).toEqual([]);
  });

  test("does not keep the next one when it is closed by the mouse", async () => {
    say("One");
    fireEvent.pointerOver(screen.getByText("One"), { pointerType: "mouse" });
    fireEvent.click(screen.getByRole("button", { name: "Close message" }));
    say("Two");
    await passes(9);
    expect(shown()).toEqual([]);
  });

  test("takes back what it says, by its button or by Ctrl+Z", async () => {
    const undone: string[] = [];
    const undo = (what: string) => () => {
      undone.push(what);
      return what === "refused" ? Promise.reject(new Error("A colleague has changed it since.")) : Promise.resolve();
    };
    act(() => announce("Tag added", undo("tag")));
    act(() => announce("Owner changed", undo("owner")));
    say("Copied");
    await act(async () => fireEvent.keyDown(document.body, { key: "z", code: "KeyZ", ctrlKey: true }));
    expect(undone).toEqual(["owner"]);
    expect(shown()).toEqual(["Tag addedUndo", "Copied", "Undone"]);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Undo" })));
    expect(undone).toEqual(["owner", "tag"]);
    act(() => announce("View deleted", undo("refused")));
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Undo" })));
    expect(shown()).toContain("A colleague has changed it since.");
  });

  test("with Undo stays while it has the focus, and next to another one with the same words", async () => {
    act(() => announce("Owner changed", () => Promise.resolve()));
    act(() => announce("Owner changed", () => Promise.resolve()));
    expect(shown()).toHaveLength(2);
    act(() => screen.getAllByRole("button", { name: "Undo" })[1]?.focus());
    await passes(20);
    expect(shown()).toEqual(["Owner changedUndo"]);
    act(() => (document.activeElement as HTMLElement).blur());
    await passes(9);
    expect(shown()).toEqual([]);
  });
});

describe("the focus", () => {
  const button = (name: string, at = 0) => screen.getAllByRole("button", { name })[at] as HTMLElement;
  /** What has the focus before a toast has it. */
  function focusPage(): HTMLElement {
    const heading = screen.getByRole("heading", { name: "Page" });
    heading.tabIndex = -1;
    act(() => heading.focus());
    return heading;
  }
  const close = async () => {
    fireEvent.click(button("Close message"));
    await passes(1);
  };

  test("returns from a toast to the page, also after another window was used", async () => {
    const before = focusPage();
    say("One");
    act(() => button("Close message").focus());
    fireEvent.blur(button("Close message"), { relatedTarget: null });
    fireEvent.focus(button("Close message"), { relatedTarget: null });
    await close();
    expect(document.activeElement).toBe(before);
  });

  test("returns to the page from the second of two toasts", async () => {
    const before = focusPage();
    say("One");
    say("Two");
    act(() => button("Close message").focus());
    act(() => button("Close message", 1).focus());
    await close();
    await close();
    expect(shown()).toEqual([]);
    expect(document.activeElement).toBe(before);
  });

  test("is not taken by a toast that ends when the person has left it", async () => {
    focusPage();
    say("One");
    act(() => button("Close message").focus());
    act(() => button("Close message").blur());
    await passes(10);
    expect(shown()).toEqual([]);
    expect(document.activeElement).toBe(document.body);
  });
});
