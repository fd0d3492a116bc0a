import { isolated } from "../../../shared/foreign-text.ts";
import type { NeedView } from "../../../shared/views/needs.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ReplayForm } from "../operation/operation-dialog.tsx";

/** Replays an operation without leaving the list. */
export function ReplayDialog({ need, onClose }: { need: NeedView; onClose(): void }) {
  return (
    <Dialog title={`Replay: ${isolated(need.subject)}`} onClose={onClose}>
      {(close) => <ReplayForm operationId={need.operationId ?? ""} close={close} />}
    </Dialog>
  );
}
