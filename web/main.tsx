import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/mantine.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/utilities.css";
import { watchConnection } from "./live/server-connection.ts";
import { router } from "./router.tsx";
import { cssVariables, theme } from "./theme.ts";
import { queryClient } from "./trpc.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
// The dialogs' scroll lock reads the nonce for its style element from this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const root = document.getElementById("root");
if (!root) throw new Error("There is no element #root.");

// The script of `build/first-paint.ts` sets it; the development server has no such script. A top-level `await` would make the
// bundler split the code differently, which costs 10 kB on the first page.
const { stylesheetSettled } = globalThis as { stylesheetSettled?: Promise<unknown> };
void (stylesheetSettled ?? Promise.resolve()).then(() => render(root));

function render(element: HTMLElement): void {
  watchConnection();
  loadLater();
  createRoot(element).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

/** Fetches code that the first page does not need, such as the schemas of lists and forms, once that page is shown. */
function loadLater(): void {
  const unsubscribe = router.subscribe("onRendered", () => {
    unsubscribe();
    // A page that needs them earlier, or after this has failed, loads them itself.
    setTimeout(() => {
      void import("../shared/filters.ts").catch(() => {});
      void import("./live/stale-queries.ts").catch(() => {});
      void import("./shell/keep-focus.ts").then(({ keepFocus }) => keepFocus()).catch(() => {});
      void import("./shell/print-light.ts").then(({ printLight }) => printLight()).catch(() => {});
    }, 1_000);
  });
}
