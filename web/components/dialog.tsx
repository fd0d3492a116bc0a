import { Modal } from "@mantine/core";
import { useState } from "react";
import type { ReactNode } from "react";
import { DialogLock } from "./form-lock.ts";
import * as styles from "./dialog.module.css";

type Props = {
  title: ReactNode;
  size?: string;
  /** Called after the dialog has closed. */
  onClose(): void;
  children(close: () => void): ReactNode;
};

/** Mantine returns the focus only if the dialog was rendered before it was opened. */
function returnFocus(opener: Element | null): void {
  const isLost = document.activeElement === document.body || document.activeElement === null;
  if (!isLost || !(opener instanceof HTMLElement)) return;
  const menu = opener.closest("[popover]");
  const button = menu && document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
  (button ?? opener).focus({ preventScroll: true });
}

/** A dialog that is open while rendered. It cannot be closed while its form waits for an answer. */
export function Dialog({ title, size, onClose, children }: Props) {
  const [isOpen, setOpen] = useState(true);
  const [isLocked, setLocked] = useState(false);
  const [opener] = useState(() => document.activeElement);
  const close = () => setOpen(false);
  return (
    <Modal.Root
      opened={isOpen}
      onClose={close}
      onExitTransitionEnd={() => {
        onClose();
        // After the dialog has released the focus.
        requestAnimationFrame(() => returnFocus(opener));
      }}
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
