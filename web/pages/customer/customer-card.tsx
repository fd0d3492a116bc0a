import type { CustomerView } from "../../../shared/views/customers.ts";
import { OwnerField, StaffField, TagsField } from "../../components/staff-fields.tsx";
import { announce } from "../../shell/announce.tsx";
import { countOf } from "../../text/format.ts";
import { client } from "../../trpc.ts";
import { useCustomerChanges } from "./use-customer-changes.ts";
import * as staffFieldsStyles from "../../components/staff-fields.module.css";

/** The customer's tags, and the owner of all of the customer's subscriptions. */
export function CustomerCard({ customer }: { customer: CustomerView }) {
  const { isAllowed, owner, ownerProblem, tags, tagsProblem } = useCustomerChanges();
  const { id: customerId, rows } = customer;
  const others = [...new Set(rows.flatMap(({ ownerName }) => ownerName ?? []))].filter(
    (name) => name !== customer.ownerName,
  );
  return (
    <section className={staffFieldsStyles.staffCard} aria-label="Staff">
      <StaffField name="Owner of all" problem={ownerProblem}>
        <OwnerField
          noun="customer and its subscriptions"
          owned={customer}
          isAllowed={isAllowed}
          isPending={owner.isPending}
          assign={(next) =>
            owner.mutate(
              { customerId, owner: next },
              {
                onSuccess: ({ changed, undo }) =>
                  undo &&
                  announce(`Owner of ${countOf(changed, "subscription")} changed`, () =>
                    client.customers.restoreOwners.mutate(undo),
                  ),
              },
            )
          }
        />
        {others.length > 0 && <span className="dim">Some are owned by {others.join(", ")}</span>}
      </StaffField>
      <StaffField name="Tags" problem={tagsProblem}>
        <TagsField
          tags={customer.tags}
          listPath="/customers"
          isAllowed={isAllowed}
          isPending={tags.isPending}
          change={(changed, onSuccess) => tags.mutate({ customerId, ...changed }, { onSuccess })}
          undo={(changed) => client.customers.changeTags.mutate({ customerId, ...changed })}
        />
      </StaffField>
    </section>
  );
}
