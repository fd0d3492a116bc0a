import { afterEach, describe, expect, test, vi } from "vitest";

const globals: { document?: Document } = globalThis;
const page = document;
let interval: ReturnType<typeof setInterval>;
afterEach(() => {
  clearInterval(interval);
  globals.document = page;
});

describe("what the dashboard repeats", () => {
  test("goes off while there is a document, with what it was given", async () => {
    const act = vi.fn<(given: string) => void>();
    interval = setInterval(act, 1, "given");
    await vi.waitFor(() => expect(act).toHaveBeenCalledWith("given"));
  });

  test("rests without one, and continues with the next", async () => {
    const act = vi.fn<() => void>();
    globals.document = undefined;
    interval = setInterval(act, 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(act).not.toHaveBeenCalled();
    globals.document = page;
    await vi.waitFor(() => expect(act).toHaveBeenCalled());
  });

  test("ends when it is cleared", async () => {
    const act = vi.fn<() => void>();
    clearInterval(setInterval(act, 1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(act).not.toHaveBeenCalled();
  });
});
