import { NativeSelect } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import * as styles from "./overview.module.css";

type Props = { label: string; currencies: string[]; currency: string | null };

/** Shown only if there are several currencies, because amounts in different currencies are never added up. */
export function CurrencySelect({ label, currencies, currency }: Props) {
  const navigate = useNavigate({ from: "/overview" });
  if (currency === null || currencies.length < 2) return null;
  return (
    <NativeSelect
      className={styles.currency}
      size="xs"
      aria-label={label}
      value={currency}
      data={currencies}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        void navigate({ search: (before) => ({ ...before, currency: chosen }), replace: true });
      }}
    />
  );
}
