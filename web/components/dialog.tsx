import { Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { DialogLock } from "./form-lock.ts";
import { returnFocus } from "./return-focus.ts";
import * as styles from "./dialog.module.css";

type Props = {
  title: ReactNode;
  size?: string;
  /** Called after the dialog has closed. */
  onClose(): void;
  children(close: () => void): ReactNode;
};

/** A dialog that is open while rendered. It cannot be closed while its form waits for an answer. */
export function Dialog({ title, size, onClose, children }: Props) {
  const [isOpen, setOpen] = useState(true);
  const [isLocked, setLocked] = useState(false);
  const [opener] = useState(() => document.activeElement);
  // Mantine returns the focus only for a dialog that is rendered before it is opened.
  useEffect(() => () => returnFocus(opener), [opener]);
  const close = () => setOpen(false);
  return (
    <Modal.Root
      opened={isOpen}
      onClose={close}
      onExitTransitionEnd={onClose}
      size={size}
      closeOnEscape={!isLocked}
      closeOnClickOutside={!isLocked}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Mantine's header: screen readers would announce it as a second page banner. */}
        <div className={styles.dialogHead}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" disabled={isLocked} />
        </div>
        <Modal.Body>
          <DialogLock value={setLocked}>{children(close)}</DialogLock>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
