/** Pages whose code cannot be had while the server is gone: they come when it is back. */
import { lazyRouteComponent as lazy } from "@tanstack/react-router";
import { checkServer } from "./server-connection.ts";

const retryIntervalMs = 2_000;

/** Loads code, and waits for a server that does not answer. Throws when it answers and has no such code any more. */
async function loadWhenReachable<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (await checkServer()) throw error;
    do await new Promise((resolve) => setTimeout(resolve, retryIntervalMs));
    while (!(await checkServer()));
    return await load().catch(reloadPage);
  }
}

/** Chromium remembers that it could not load a module and does not try again: the page has to begin anew, where the address is. */
function reloadPage(): Promise<never> {
  window.location.reload();
  return new Promise(() => {});
}

/** The router's own, which takes any failure for a newer version, and would reload the page into the browser's "cannot be reached". */
export const lazyRouteComponent: typeof lazy = (importer, exportName) =>
  lazy(() => loadWhenReachable(importer), exportName);
