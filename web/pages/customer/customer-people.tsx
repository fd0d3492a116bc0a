import { mailto } from "../../../shared/email.ts";
import type { CustomerRole, CustomerView } from "../../../shared/views/customers.ts";
import { countOf, formatNumber } from "../../text/format.ts";
import * as styles from "./customer.module.css";

const roleLabels: Record<CustomerRole, string> = {
  contact: "contact",
  beneficiary: "beneficiary",
  purchaser: "purchaser",
  reseller: "reseller (CSP)",
};

/** Contacts, beneficiaries and purchasers of all subscriptions, resellers last. */
export function CustomerPeople({ customer }: { customer: CustomerView }) {
  const { people, arePeopleCut } = customer;
  return (
    <section className={styles.customerPart} aria-labelledby="customer-people">
      <h2 id="customer-people">People</h2>
      {people.length === 0 ? (
        <p className="dim">Microsoft has not reported an email address, and no contact was provided.</p>
      ) : (
        <ul className={styles.customerPeople}>
          {people.map(({ email, name, phone, roles, subscriptions }) => (
            <li key={email}>
              {name && <strong>{name}</strong>}
              <a href={mailto(email)}>{email}</a>
              {phone && <span>{phone}</span>}
              <span className="dim">
                {roles.map((role) => roleLabels[role]).join(", ")} of {countOf(subscriptions, "subscription")}
              </span>
            </li>
          ))}
        </ul>
      )}
      {arePeopleCut && <p className="dim">Showing the {formatNumber(people.length)} most recent people.</p>}
    </section>
  );
}
