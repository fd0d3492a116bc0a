import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isolated } from "../../../shared/foreign-text.ts";
import { mergeCustomerInput } from "../../../shared/inputs/customers.ts";
import type { CustomerName } from "../../../shared/views/customer-name.ts";
import type { CustomerRow, CustomerView } from "../../../shared/views/customers.ts";
import { ActionForm, useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { countOf } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";

type Props = {
  customer: CustomerView;
  /** The other customer, if it is known already. */
  into: CustomerName | null;
  onClose(): void;
};

export function MergeDialog({ customer, into, onClose }: Props) {
  return (
    <Dialog title={`Merge ${isolated(customer.name)} into another customer`} onClose={onClose}>
      {(close) => <MergeForm customer={customer} into={into} close={close} />}
    </Dialog>
  );
}

function MergeForm({ customer, into, close }: Omit<Props, "onClose"> & { close(): void }) {
  const navigate = useNavigate();
  const merge = useMutation(trpc.customers.merge.mutationOptions());
  const action = useActionForm({
    subject: `merge customer ${customer.id} ${into?.id ?? ""}`,
    schema: mergeCustomerInput,
    initialValues: { customerId: customer.id, into: into?.id ?? "", reason: "" },
    send: (input) => merge.mutateAsync(input),
    successMessage: ({ id }) => {
      void navigate({ to: "/customers/$id", params: { id }, replace: true });
      return "Customers merged";
    },
    close,
  });
  const { form } = action;
  return (
    <ActionForm
      action={action}
      consequence={
        <p>
          {countOf(customer.subscriptions, "subscription")} of {isolated(customer.name)} will be shown with the other
          customer. Nothing changes at Microsoft or for the customer. You can separate them again at any time.
        </p>
      }
      submitLabel="Merge"
      reason={form.getInputProps("reason")}
      close={close}
    >
      {into ? (
        <p>
          Merge into <strong>{into.name}</strong>
        </p>
      ) : (
        <CustomerChoice
          excluded={customer.id}
          error={form.errors["into"]}
          choose={(id) => form.setFieldValue("into", id)}
        />
      )}
    </ActionForm>
  );
}

const maxChoices = 6;
const pauseMs = 150;

type ChoiceProps = {
  excluded: string;
  error: React.ReactNode;
  /** An empty id: none. */
  choose(id: string): void;
};

/** A new search clears the choice, so that the chosen customer is always one of those shown. */
function CustomerChoice({ excluded, error, choose }: ChoiceProps) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<CustomerRow | null>(null);
  const [q] = useDebouncedValue(text.trim(), pauseMs);
  const found = useQuery(
    trpc.customers.list.queryOptions({ q }, { enabled: q.length >= 3, placeholderData: keepPreviousData }),
  );
  const rows = q.length < 3 ? [] : (found.data?.rows ?? []).filter(({ id }) => id !== excluded).slice(0, maxChoices);
  const choices = chosen === null || rows.some(({ id }) => id === chosen.id) ? rows : [chosen, ...rows];
  function select(row: CustomerRow | null) {
    setChosen(row);
    choose(row?.id ?? "");
  }
  return (
    <>
      <TextInput
        label="Other customer"
        placeholder="Name, domain, email or tenant"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          if (chosen !== null) select(null);
        }}
        error={chosen === null ? error : undefined}
        data-autofocus
      />
      <fieldset className={formStyles.choice}>
        <legend className="sr-only">Found customers</legend>
        {choices.map((row) => (
          <label key={row.id}>
            <input type="radio" name="into" checked={chosen?.id === row.id} onChange={() => select(row)} />
            <span>
              {row.name}{" "}
              <span className="dim">
                {[row.domains[0], countOf(row.subscriptions, "subscription")].filter(Boolean).join(", ")}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <p className="dim" role="status">
        {q.length >= 3 && found.data && !found.isPlaceholderData && choices.length === 0
          ? "No other customer found"
          : ""}
      </p>
    </>
  );
}
