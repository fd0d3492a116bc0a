import { useMutation } from "@tanstack/react-query";
import { isolated } from "../../../shared/foreign-text.ts";
import { separateCustomerInput } from "../../../shared/inputs/customers.ts";
import type { CustomerName } from "../../../shared/views/customer-name.ts";
import type { CustomerView } from "../../../shared/views/customers.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { trpc } from "../../trpc.ts";

type Props = { customer: CustomerView; member: CustomerName; onClose(): void };

export function SeparateDialog({ customer, member, onClose }: Props) {
  return (
    <Dialog title={`Separate ${isolated(member.name)}`} onClose={onClose}>
      {(close) => <SeparateForm customer={customer} member={member} close={close} />}
    </Dialog>
  );
}

function SeparateForm({ customer, member, close }: Omit<Props, "onClose"> & { close(): void }) {
  const separate = useMutation(trpc.customers.separate.mutationOptions());
  const action = useActionForm({
    subject: `separate customer ${member.id}`,
    schema: separateCustomerInput,
    initialValues: { customerId: member.id, reason: "" },
    send: (input) => separate.mutateAsync(input),
    successMessage: "Customers separated",
    close,
  });
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          {isolated(member.name)} gets a page of its own again, with its subscriptions, owner and tags.{" "}
          {isolated(customer.name)} keeps the others.
        </p>
      }
      submitLabel="Separate"
      reason={action.form.getInputProps("reason")}
      close={close}
    />
  );
}
