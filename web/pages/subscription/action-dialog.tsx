import { isolated } from "../../../shared/foreign-text.ts";
import type { StaffAction } from "../../../shared/lifecycle.ts";
import { Dialog } from "../../components/dialog.tsx";
import type { Subscription } from "../../trpc.ts";
import type { ActionFormProps, InitialValues } from "./action-form.ts";
import { ActivateForm } from "./activate-form.tsx";
import { CancelForm } from "./cancel-form.tsx";
import { ChangePlanForm } from "./change-plan-form.tsx";
import { ChangeSeatsForm } from "./change-seats-form.tsx";
import { ReinstateForm, SuspendForm } from "./hold-forms.tsx";

const dialogs: Record<StaffAction, { title: string; form: (props: ActionFormProps) => React.ReactNode }> = {
  activate: { title: "Activate subscription", form: ActivateForm },
  changePlan: { title: "Change plan", form: ChangePlanForm },
  changeQuantity: { title: "Change seats", form: ChangeSeatsForm },
  suspend: { title: "Suspend access", form: SuspendForm },
  reinstate: { title: "Reinstate access", form: ReinstateForm },
  cancel: { title: "Cancel subscription", form: CancelForm },
};

type Props = { action: StaffAction; subscription: Subscription; initialValues?: InitialValues; onClose(): void };

/** The dialog of an action: fields, consequences and the button that starts it. */
export function ActionDialog({ action, subscription, initialValues = {}, onClose }: Props) {
  const { title, form: Form } = dialogs[action];
  return (
    <Dialog title={`${title}: ${isolated(subscription.name)}`} size="lg" onClose={onClose}>
      {(close) => <Form subscription={subscription} initialValues={initialValues} close={close} />}
    </Dialog>
  );
}
