import { Suspense, lazy, useRef, useState } from "react";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { actionWords } from "../../words.ts";
import type { Subscription } from "../../trpc.ts";

// Loaded with the first dialog: most visits to a subscription only read.
const ActionDialog = lazy(async () => ({ default: (await import("./action-dialog.tsx")).ActionDialog }));

/** What staff can do to the subscription. An action that is not possible now stays in its place and says why. */
export function Actions({ subscription }: { subscription: Subscription }) {
  const [chosen, setChosen] = useState<StaffAction | null>(null);
  const opener = useRef<Element>(null);
  function choose(action: StaffAction) {
    opener.current = document.activeElement;
    setChosen(action);
  }
  function closed() {
    setChosen(null);
    // Once the dialog has let go of the focus.
    requestAnimationFrame(() => opener.current instanceof HTMLElement && opener.current.focus());
  }
  return (
    <div className="actions" role="group" aria-label="Actions">
      {subscription.actions.map(({ action, isPossible, whyNot }) => (
        <GuardedButton
          key={action}
          variant={action === "activate" && isPossible ? "filled" : "default"}
          className={action === "cancel" && isPossible ? "danger" : undefined}
          size="xs"
          whyNot={isPossible ? null : (whyNot ?? "This is not possible now.")}
          onClick={() => choose(action)}
        >
          {actionWords[action]}
        </GuardedButton>
      ))}
      {chosen && (
        <Suspense>
          <ActionDialog key={chosen} action={chosen} subscription={subscription} onClose={closed} />
        </Suspense>
      )}
    </div>
  );
}
