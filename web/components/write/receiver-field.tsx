/** The address of the customer to which an email goes. */
import { NativeSelect } from "@mantine/core";
import type { ComponentProps } from "react";
import type { MailDraftView } from "../../../shared/views/customer-mails.ts";

type Addresses = MailDraftView["addresses"];

const roleLabels: Record<Addresses[number]["role"], string> = {
  contact: "Contact",
  purchaser: "Purchaser",
  beneficiary: "Beneficiary",
};

/** The addresses by role. A label with both would be cut on a phone. A restored address may no longer be among them. */
function receivers(addresses: Addresses, to: string) {
  const byRole = Map.groupBy(addresses, ({ role }) => role);
  return [
    ...[...byRole].map(([role, ofRole]) => ({ group: roleLabels[role], items: ofRole.map(({ email }) => email) })),
    ...(addresses.some(({ email }) => email === to) ? [] : [to]),
  ];
}

/** Addresses of this length are shown whole in the field, also on a phone. */
const maxShortAddress = 34;

/** The role of the chosen address, and the address itself if the field may cut it. */
function receiver(addresses: Addresses, to: string) {
  const found = addresses.find(({ email }) => email === to);
  if (!found && to.length <= maxShortAddress) return null;
  return (
    <>
      {found && roleLabels[found.role]}
      {to.length > maxShortAddress && <span className="only-narrow"> {to}</span>}
    </>
  );
}

type ReceiverProps = { addresses: Addresses; to: string; field: Partial<ComponentProps<typeof NativeSelect>> };

export function ReceiverField({ addresses, to, field }: ReceiverProps) {
  return <NativeSelect label="To" description={receiver(addresses, to)} data={receivers(addresses, to)} {...field} />;
}
