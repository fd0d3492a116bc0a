import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { joinTabs, type Tabs } from "../../web/live/shared-stream.ts";

/** As browsers do: who holds the lock learns by a rejection that it was taken. Node's own locks do not tell. */
function createLock() {
  let lose: (() => void) | null = null;
  const request = (_name: string, options: LockOptions, work: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      if (lose !== null && options.steal !== true) return;
      lose?.();
      lose = () => reject(new DOMException("The lock was taken.", "AbortError"));
      work().then(resolve, reject);
    });
  return { request };
}

const lockName = "marketdesk.live";
const ofNode = navigator;
const left: (() => void)[] = [];
beforeEach(() => {
  vi.stubGlobal("navigator", { locks: createLock() });
});
afterEach(() => {
  left.splice(0).forEach((leave) => leave());
  vi.stubGlobal("navigator", ofNode);
});

/** A tab that leads. `seen` is what it learns of the tab that leads after it. */
async function openLeadingTab() {
  const seen: string[] = [];
  const { promise: leads, resolve: lead } = Promise.withResolvers<void>();
  const tabs: Tabs = joinTabs({
    lead,
    follow: () => seen.push("follows"),
    onEvent: ({ topic }) => seen.push(topic),
    onLeaderStreamChange: (isOpen) => seen.push(isOpen ? "open" : "closed"),
    send: () => Promise.resolve(null),
  });
  left.push(tabs.end);
  await leads;
  return seen;
}

/** Another tab, with a stream: it answers a tab that asks for the leading tab. */
function openOtherTab() {
  const channel = new BroadcastChannel(lockName);
  left.push(() => channel.close());
  channel.addEventListener("message", ({ data }: MessageEvent<object>) => {
    if ("ask" in data) channel.postMessage({ leading: { isOpen: true } });
  });
}

test("a tab that lost the lock because it was stuck counts as behind, and asks the tab that took it", async () => {
  const seen = await openLeadingTab();
  openOtherTab();
  void navigator.locks.request(lockName, { steal: true }, () => new Promise(() => {}));
  await expect.poll(() => seen).toEqual(["follows", "closed", "open"]);
});
