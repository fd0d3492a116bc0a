/** Pages whose code is loaded on demand, or before it is needed, when a link to them is pointed at. */
import { lazyRouteComponent as lazy } from "@tanstack/react-router";
import { PageNotLoaded } from "../components/page-not-loaded.tsx";

/**
 * Replaces the router's handling, which would reload after any failure and end on the browser's error page. Nothing
 * happens before the page is visited.
 */
export const lazyRouteComponent: typeof lazy = (importer, exportName) =>
  lazy(
    () =>
      importer().catch(() => ({ [exportName ?? "default"]: PageNotLoaded }) as Awaited<ReturnType<typeof importer>>),
    exportName,
  );
