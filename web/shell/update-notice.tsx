import { useIsUpdated } from "../live/other-build.ts";
import { useIsOffline } from "../live/server-connection.ts";
import * as buttonStyles from "../components/button.module.css";
import * as noticeLinesStyles from "./notice-lines.module.css";

/** Rendered before it has text: screen readers only announce changes of an existing status region. */
export function UpdateNotice() {
  const isUpdated = useIsUpdated();
  // A reload would replace the page with the browser's error.
  const isOffline = useIsOffline();
  return (
    <div role="status" data-line="update">
      {isUpdated && !isOffline && (
        <div className={noticeLinesStyles.update}>
          <span>
            <strong>A new version is available.</strong> What you have typed is kept.
          </span>
          <button type="button" className={buttonStyles.compact} onClick={() => window.location.reload()}>
            Reload
          </button>
        </div>
      )}
    </div>
  );
}
