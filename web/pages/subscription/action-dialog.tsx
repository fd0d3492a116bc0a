import { Modal } from "@mantine/core";
import { useState } from "react";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import { ActivateForm } from "./activate-form.tsx";
import { CancelForm } from "./cancel-form.tsx";
import { ChangePlanForm } from "./change-plan-form.tsx";
import { ChangeSeatsForm } from "./change-seats-form.tsx";
import { ReinstateForm, SuspendForm } from "./hold-forms.tsx";
import type { Subscription } from "../../trpc.ts";

/** What every form of an action gets. */
export type ActionFormProps = { subscription: Subscription; /** Closes the dialog, done or not. */ close(): void };

const dialogs: Record<StaffAction, { title: string; form: (props: ActionFormProps) => React.ReactNode }> = {
  activate: { title: "Activate", form: ActivateForm },
  changePlan: { title: "Change plan", form: ChangePlanForm },
  changeQuantity: { title: "Change seats", form: ChangeSeatsForm },
  suspend: { title: "Suspend", form: SuspendForm },
  reinstate: { title: "Reinstate", form: ReinstateForm },
  cancel: { title: "Cancel subscription", form: CancelForm },
};

type Props = { action: StaffAction; subscription: Subscription; onClose(): void };

/** Asks for what the action needs, says what it will do, and carries it out. */
export function ActionDialog({ action, subscription, onClose }: Props) {
  const [isOpen, setOpen] = useState(true);
  const { title, form: Form } = dialogs[action];
  return (
    <Modal.Root opened={isOpen} onClose={() => setOpen(false)} onExitTransitionEnd={onClose}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Mantine's header: its element would be a second banner of the page to a screen reader. */}
        <div className="dialog-head">
          <Modal.Title>{`${title}: ${subscription.name}`}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>
          <Form subscription={subscription} close={() => setOpen(false)} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
