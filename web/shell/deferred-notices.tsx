/** Rarely needed notices above a page. Loaded with the page, because after an upgrade the server no longer has their code. */
import { UnansweredBar } from "../sending/unanswered-bar.tsx";
import { UpdateNotice } from "./update-notice.tsx";

export function DeferredNotices() {
  return (
    <>
      <UnansweredBar />
      <UpdateNotice />
    </>
  );
}
