import { Suspense, useRef, useState } from "react";
import type { ReactNode } from "react";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import type { Subscription } from "../../trpc.ts";
import type { InitialValues } from "./action-form.ts";
import { lazyPart } from "../../components/lazy-part.tsx";

// Loaded with the first dialog: most visits are read-only.
const ActionDialog = lazyPart(() => import("./action-dialog.tsx"), "ActionDialog");

/** The dialog of an action and how to open it. The focus returns to the opener. */
export function useActionDialog(subscription: Subscription): {
  open(action: StaffAction, initialValues?: InitialValues): void;
  dialog: ReactNode;
} {
  const [dialog, setDialog] = useState<{ action: StaffAction; initialValues: InitialValues } | null>(null);
  const opener = useRef<Element>(null);

  function closed() {
    setDialog(null);
    // After the dialog has released the focus.
    requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
  }

  return {
    open(action, initialValues = {}) {
      opener.current = document.activeElement;
      setDialog({ action, initialValues });
    },
    dialog: dialog && (
      <Suspense>
        <ActionDialog key={dialog.action} {...dialog} subscription={subscription} onClose={closed} />
      </Suspense>
    ),
  };
}
