/** The lines above a page that are rarely needed. Loaded with the page, because a newer version no longer has their code. */
import { UnansweredBar } from "../sending/unanswered-bar.tsx";
import { UpdateNotice } from "./update-notice.tsx";

export function LaterLines() {
  return (
    <>
      <UnansweredBar />
      <UpdateNotice />
    </>
  );
}
