import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyText } from "./copy-text.tsx";
import * as formStyles from "./form.module.css";
import * as styles from "./shown-once.module.css";

type Props = {
  text: string;
  /** The name of the secret. */
  of: string;
  /** The purpose of the secret, and a warning that it cannot be shown again. */
  children: ReactNode;
  close(): void;
};

/** Shows a new secret in a dialog, which is possible only once. */
export function ShownOnce({ text, of, children, close }: Props) {
  return (
    <div className={formStyles.form}>
      <p role="status">{children}</p>
      <p className={styles.shownOnce}>
        <CopyText text={text} of={of} />
      </p>
      <Group justify="flex-end">
        <Button data-autofocus onClick={close}>
          Done
        </Button>
      </Group>
    </div>
  );
}
