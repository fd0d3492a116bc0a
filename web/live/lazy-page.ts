/** Pages whose code is loaded on demand, or earlier, when a person points at a link to the page. */
import { lazyRouteComponent as lazy } from "@tanstack/react-router";
import { PageNotLoaded } from "../components/page-not-loaded.tsx";

/**
 * Replaces the router's handling, which would reload after any failure and end on the browser's error page. A failed preload
 * has no effect until the page is visited.
 */
export const lazyRouteComponent: typeof lazy = (importer, exportName) =>
  lazy(
    () =>
      importer().catch(() => ({ [exportName ?? "default"]: PageNotLoaded }) as Awaited<ReturnType<typeof importer>>),
    exportName,
  );
