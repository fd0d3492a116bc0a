/** Parts of the dashboard in jsdom, with a server whose answers a test scripts. There is no layout. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, configure, render } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { afterEach, beforeEach, vi } from "vitest";
import type { MeView } from "../../shared/views/staff.ts";
import { Announcements } from "../../web/shell/announce.tsx";
import { dismissAnnouncements } from "../../web/shell/announcement.ts";
import { theme } from "../../web/theme.ts";
import { queryClient, trpc } from "../../web/trpc.ts";

/** Thrown by a scripted answer: the change is made, and the answer does not arrive. */
export class LostAnswer extends Error {}

/** How the server answers a call of a procedure. A thrown error is a refusal with its message. */
type Answer = (input: never) => unknown;

export type Call = { procedure: string; input: unknown; method: string; url: string };

const me: MeView = {
  id: "staff-1",
  name: "Test operator",
  email: "operator@contoso.com",
  role: "operator",
  sandboxUrl: null,
  isSignInFresh: true,
};

// jsdom lacks these, and a page without a layout does not need them to do anything.
Object.assign(window, {
  matchMedia: () => ({ matches: false, addEventListener() {}, removeEventListener() {} }),
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
  scrollTo() {},
  CSS: { escape: (text: string) => text },
});
Object.assign(document, { fonts: { addEventListener() {}, removeEventListener() {} } });
Object.assign(HTMLElement.prototype, { showPopover() {}, hidePopover() {}, scrollTo() {} });
// A lazily loaded part is compiled when it is first needed.
configure({ asyncUtilTimeout: 20_000 });

/** The answers of a test, by procedure. `me.get` returns an operator by default. */
export function scriptServer(): { answers: Record<string, Answer>; calls: Call[] } {
  const server: { answers: Record<string, Answer>; calls: Call[] } = { answers: {}, calls: [] };

  async function answer(procedure: string, input: unknown): Promise<object> {
    try {
      const make = server.answers[procedure];
      if (!make) throw new Error(`The test has no answer for ${procedure}.`);
      return { result: { data: (await make(input as never)) ?? null } };
    } catch (error) {
      if (error instanceof LostAnswer) throw error;
      const data = { code: "BAD_REQUEST", httpStatus: 400 };
      return { error: { message: (error as Error).message, code: -32_600, data } };
    }
  }

  async function serve(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, "http://localhost");
    if (url.pathname === "/healthz") return new Response();
    const method = init.method ?? "GET";
    const procedures = url.pathname.replace("/trpc/", "").split(",");
    const isBatch = url.searchParams.has("batch");
    const text = method === "GET" ? url.searchParams.get("input") : init.body;
    const inputs = typeof text === "string" ? (JSON.parse(text) as Record<string, unknown>) : {};
    const answers = await Promise.all(
      procedures.map((procedure, at) => {
        const input = isBatch ? inputs[at] : inputs;
        server.calls.push({ procedure, input, method, url: address });
        return answer(procedure, input);
      }),
    );
    return Response.json(isBatch ? answers : answers[0]);
  }

  beforeEach(() => {
    server.answers = { "me.get": () => me, "reasons.list": () => [] };
    server.calls = [];
    vi.spyOn(globalThis, "fetch").mockImplementation(serve as typeof fetch);
  });
  afterEach(async () => {
    cleanup();
    dismissAnnouncements();
    await queryClient.cancelQueries();
    queryClient.clear();
    localStorage.clear();
    sessionStorage.clear();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  return server;
}

/** The person who is signed in, as of now. */
export const signedInAs = (person: Partial<MeView>) => () => ({ ...me, ...person });

type Place = {
  /** The path of the page's route, such as `/operations/$id`. */
  path?: string;
  /** The address that is opened first. */
  at?: string;
};

/** Renders a page or a part of one, with toasts and a signed-in person, as in the dashboard. */
export async function show(part: ReactNode, { path = "/", at = path }: Place = {}) {
  await queryClient.prefetchQuery(trpc.me.get.queryOptions());
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path,
    component: () => (
      <>
        <Suspense>{part}</Suspense>
        <Announcements />
      </>
    ),
  });
  const history = createMemoryHistory({ initialEntries: [at] });
  const router = createRouter({ routeTree: root.addChildren([page]), history });
  const { unmount } = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { goTo: (address: string) => history.push(address), goBack: () => history.back(), close: unmount };
}
