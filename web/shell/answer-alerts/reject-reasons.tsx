import { TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Button } from "../../components/button.tsx";
import { KeyHint } from "./answer-keys.tsx";
import * as styles from "./answer-alerts.module.css";

export type Rejection = { reason: string; reasonCode: string | null };

type Props = {
  reasons: { id: string; name: string }[];
  ownReason: { value: string; change(value: string): void };
  areKeysOn: boolean;
  isSending: boolean;
  reject(why: Rejection): void;
};

/** The reasons for rejecting a change, each with a number as its key, and a field for another reason. */
export function RejectReasons({ reasons, ownReason, areKeysOn, isSending, reject }: Props) {
  const field = useRef<HTMLInputElement>(null);
  // Without codes, a reason can only be written.
  const mustWrite = reasons.length === 0;
  useEffect(() => {
    if (mustWrite) field.current?.focus();
  }, [mustWrite]);
  return (
    <form
      className={styles.reasons}
      onSubmit={(event) => {
        event.preventDefault();
        const reason = ownReason.value.trim();
        if (reason !== "") reject({ reason, reasonCode: null });
      }}
    >
      <ul aria-label="Reason for rejecting">
        {reasons.map(({ id, name }, index) => (
          <li key={id}>
            <Button
              size="compact-sm"
              variant="default"
              disabled={isSending}
              rightSection={areKeysOn && <KeyHint name={String(index + 1)} />}
              onClick={() => reject({ reason: "", reasonCode: id })}
            >
              {name}
            </Button>
          </li>
        ))}
      </ul>
      <TextInput
        ref={field}
        size="xs"
        aria-label="Reason for rejecting, in your own words"
        placeholder={reasons.length > 0 ? "Or write a reason and press Enter" : "Write a reason and press Enter"}
        maxLength={500}
        value={ownReason.value}
        onChange={(event) => ownReason.change(event.currentTarget.value)}
      />
    </form>
  );
}
