/** Pages whose code cannot be loaded while the server is unreachable; they load when it is back. */
import { lazyRouteComponent as lazy } from "@tanstack/react-router";
import { checkServer, isServerUnreachable } from "./server-connection.ts";

const retryIntervalMs = 2_000;

/** Loads code, waiting for an unreachable server. Throws if the server answers but no longer has the code. */
async function loadWhenReachable<Module>(load: () => Promise<Module>): Promise<Module> {
  const wasUnreachable = isServerUnreachable();
  try {
    return await load();
  } catch (error) {
    // What was requested while the server was unreachable can fail after it is back.
    if (!wasUnreachable && !isServerUnreachable() && (await checkServer())) throw error;
    while (!(await checkServer())) await new Promise((resolve) => setTimeout(resolve, retryIntervalMs));
    return await reloadPage();
  }
}

/** Failed modules and stylesheets are not requested again, so the page has to be reloaded at the current URL. */
function reloadPage(): Promise<never> {
  window.location.reload();
  return new Promise(() => {});
}

/** Replaces the router's handling, which would reload after any failure and end on the browser's error page. */
export const lazyRouteComponent: typeof lazy = (importer, exportName) =>
  lazy(() => loadWhenReachable(importer), exportName);
