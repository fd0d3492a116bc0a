import { Modal } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
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
  // Mantine returns the focus only for a dialog that is rendered before it is opened. A layout effect ends before the dialog is
  // removed, and so before the page looks for a lost focus.
  useLayoutEffect(() => () => returnFocus(opener), [opener]);
  const close = () => setOpen(false);
  const content = useRef<HTMLDivElement>(null);
  // Escape is heard by all open dialogs; only the one on top closes.
  const closeOnTop = () => {
    const top = [...document.querySelectorAll("[role=dialog][aria-modal=true]")].at(-1);
    if (top === undefined || top === content.current) close();
  };
  return (
    <Modal.Root
      opened={isOpen}
      onClose={closeOnTop}
      onExitTransitionEnd={onClose}
      size={size}
      closeOnEscape={!isLocked}
      closeOnClickOutside={!isLocked}
    >
      <Modal.Overlay />
      <Modal.Content ref={content}>
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
