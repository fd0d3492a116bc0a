import { useMantineColorScheme } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { FormEvent } from "react";
import type { MeView } from "../../shared/views/staff.ts";
import * as buttonStyles from "../components/button.module.css";
import * as styles from "./user-menu.module.css";

const schemes = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
] as const;

const roleLabels: Record<MeView["role"], string> = {
  viewer: "Viewer: read-only access",
  operator: "Operator: can manage subscriptions",
  admin: "Admin: can manage subscriptions and settings",
};

/** The account menu: person and role, theme, sign-out. */
export function UserMenu({ me, onKeys }: { me: MeView; onKeys(): void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div>
      <button type="button" className={styles.whoButton} popoverTarget="who-am-i">
        <span className={styles.whoInitials} aria-hidden>
          {initialsOf(me.name)}
        </span>
        <span className="sr-only">Your account: </span>
        <span className={styles.whoName}>{me.name}</span>
        <IconChevronDown size={14} aria-hidden />
      </button>
      <div popover="auto" id="who-am-i" className={styles.whoCard} role="dialog" aria-label="Your account">
        <p className={styles.whoFullName}>{me.name}</p>
        <p className="dim">{me.email}</p>
        <p className="dim">{roleLabels[me.role]}</p>
        <fieldset>
          <legend>Theme</legend>
          {schemes.map(({ value, label }) => (
            <label key={value}>
              <input
                type="radio"
                name="color-scheme"
                checked={colorScheme === value}
                onChange={() => setColorScheme(value)}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <p className={styles.whoKeys}>
          <button type="button" className={buttonStyles.plain} popoverTarget="who-am-i" onClick={onKeys}>
            Keyboard shortcuts <kbd>?</kbd>
          </button>
        </p>
        <form method="post" action="/auth/sign-out" onSubmit={signOut}>
          <button type="submit" className={buttonStyles.plain}>
            Sign out
          </button>
        </form>
      </div>
    </div>
  );
}

/** Before the form is sent, removes this person's data from the browser. */
function signOut(event: FormEvent<HTMLFormElement>) {
  event.preventDefault();
  const form = event.currentTarget;
  void import("./forget-person.ts").then(({ forgetPerson }) => forgetPerson()).finally(() => form.submit());
}

function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== "");
  return [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map((part) => part?.[0]?.toUpperCase() ?? "").join("");
}
