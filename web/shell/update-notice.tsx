import { useIsUpdated } from "../live/other-build.ts";
import * as buttonStyles from "../components/button.module.css";
import * as noticeLinesStyles from "./notice-lines.module.css";

/** Rendered before it has text: screen readers only announce changes of an existing status region. */
export function UpdateNotice() {
  const isUpdated = useIsUpdated();
  return (
    <div role="status" data-line="update">
      {isUpdated && (
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
