/** Pages whose code cannot be had while the server is gone: they come when it is back. */
import { lazyRouteComponent as lazy } from "@tanstack/react-router";
import { askServer } from "./server-connection.ts";

const askAgainMs = 2_000;

/** Loads code, and waits for a server that does not answer. Throws when it answers and has no such code any more. */
async function patiently<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (await askServer()) throw error;
    do await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    while (!(await askServer()));
    return await load().catch(anew);
  }
}

/** Chromium remembers that it could not load a module and does not try again: the page has to begin anew, where the address is. */
function anew(): Promise<never> {
  window.location.reload();
  return new Promise(() => {});
}

/** The router's own, which takes any failure for a newer version, and would reload the page into the browser's "cannot be reached". */
export const lazyRouteComponent: typeof lazy = (importer, exportName) => lazy(() => patiently(importer), exportName);
