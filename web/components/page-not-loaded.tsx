import { useEffect, useState } from "react";
import { checkServer } from "../live/server-connection.ts";
import { Loading, PageProblem } from "./problem.tsx";

const retryIntervalMs = 2_000;
const reloadedKey = "marketdesk.reloaded";

const notLoaded = new Error("The connection was interrupted, or Marketdesk was updated.");

/**
 * A page whose code could not be loaded: the server cannot be reached, or a newer version no longer has it. The page is reloaded
 * once the server can be reached, because failed modules and stylesheets are not requested again.
 */
export function PageNotLoaded() {
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isUnmounted = false;
    async function reloadWhenReachable() {
      while (!(await checkServer())) await new Promise((resolve) => setTimeout(resolve, retryIntervalMs));
      if (isUnmounted) return;
      const { href } = window.location;
      // If a reload did not help, another one would not either.
      if (sessionStorage.getItem(reloadedKey) === href) return setFailed(true);
      sessionStorage.setItem(reloadedKey, href);
      window.location.reload();
    }
    void reloadWhenReachable();
    return () => {
      isUnmounted = true;
    };
  }, []);
  return hasFailed ? <PageProblem error={notLoaded} onRetry={() => window.location.reload()} /> : <Loading />;
}
