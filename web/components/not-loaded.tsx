/** What is shown in place of code that could not be loaded: the server is away, or a newer version no longer has it. */
import { type FunctionComponent, lazy, useEffect, useEffectEvent, useState } from "react";
import { checkServer } from "../live/server-connection.ts";
import { announce } from "../shell/announce.tsx";
import { Loading, PageProblem, Problem } from "./problem.tsx";

const retryIntervalMs = 2_000;
const reloadedKey = "marketdesk.reloaded-for-code";
/** A reload that did not help is not repeated automatically. */
const minReloadIntervalMs = 30_000;

const notLoaded = new Error("The connection was interrupted, or Marketdesk was updated. Reload the page.");

// Failed modules and stylesheets are not requested again, so the page has to be reloaded.
const reload = () => window.location.reload();

/** A page: it is reloaded at its address once the server can be reached. */
export function PageNotLoaded() {
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    void reloadWhenReachable(stop.signal).then((isReloading) => stop.signal.aborted || setFailed(!isReloading));
    return () => stop.abort();
  }, []);
  return hasFailed ? <PageProblem error={notLoaded} onRetry={reload} retryLabel="Reload" /> : <Loading />;
}

async function reloadWhenReachable(signal: AbortSignal): Promise<boolean> {
  while (!(await checkServer())) {
    await new Promise((resolve) => setTimeout(resolve, retryIntervalMs));
    if (signal.aborted) return false;
  }
  if (signal.aborted || Date.now() - Number(sessionStorage.getItem(reloadedKey)) < minReloadIntervalMs) return false;
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  reload();
  return true;
}

/** A part of a page, whose input must stay: the reader decides when to reload. A dialog closes again. */
function PartNotLoaded({ onClose }: { onClose?: () => void }) {
  const isDialog = onClose !== undefined;
  const close = useEffectEvent(() => {
    announce(`This could not be opened. ${notLoaded.message}`);
    onClose?.();
  });
  useEffect(() => {
    if (isDialog) close();
  }, [isDialog]);
  return isDialog ? null : <Problem error={notLoaded} onRetry={reload} retryLabel="Reload" />;
}

/** React's `lazy` for a part of a page. @param load gives a component without a ref */
export function lazyPart<Part>(load: () => Promise<{ default: Part }>): Part {
  return lazy(
    () => load().catch(() => ({ default: PartNotLoaded })) as Promise<{ default: FunctionComponent }>,
  ) as Part;
}
