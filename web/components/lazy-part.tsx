/** Parts of a page whose code is loaded when they are first shown. If that fails, the page stays with its input. */
import { type FunctionComponent, lazy, useEffect, useEffectEvent } from "react";
import { announce } from "../shell/announcement.ts";

const problem = "A part of this page could not be loaded. Reload the page to see it.";

/** The server cannot be reached, or a newer version no longer has the code. A dialog closes again. */
function PartNotLoaded({ onClose }: { onClose?: () => void }) {
  const close = useEffectEvent(() => onClose?.());
  useEffect(() => {
    announce(problem);
    close();
  }, []);
  return onClose ? null : <p role="alert">{problem}</p>;
}

/** React's `lazy` for a component of a module. The component takes no ref. */
export function lazyPart<Module, Name extends keyof Module>(load: () => Promise<Module>, name: Name): Module[Name] {
  const part = load as () => Promise<Record<Name, FunctionComponent>>;
  return lazy(() =>
    part().then(
      (module) => ({ default: module[name] }),
      () => ({ default: PartNotLoaded }),
    ),
  ) as Module[Name];
}
