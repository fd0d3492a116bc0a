import type { NeedView } from "../../../shared/views/needs.ts";
import { WriteDialog } from "../../components/write/write-dialog.tsx";

/** A mail to the customer about a need, with the text that the need proposes. */
export function WriteAboutNeed({ need, onClose }: { need: NeedView; onClose(): void }) {
  const { subscriptionId, subject, mail } = need;
  if (subscriptionId === null || mail === null) return null;
  return <WriteDialog subscriptionId={subscriptionId} name={subject} opening={mail} onClose={onClose} />;
}
