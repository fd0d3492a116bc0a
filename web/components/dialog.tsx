import { Modal } from "@mantine/core";
import { useState } from "react";
import type { ReactNode } from "react";
import { DialogLock } from "./form-lock.ts";

type Props = {
  title: ReactNode;
  size?: string;
  /** After it has closed. */
  onClose(): void;
  children(close: () => void): ReactNode;
};

/** A dialog that is open as long as it is rendered. Nothing closes it while its form waits for an answer. */
export function Dialog({ title, size, onClose, children }: Props) {
  const [isOpen, setOpen] = useState(true);
  const [isLocked, setLocked] = useState(false);
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
        {/* Not Mantine's header: its element would be a second banner of the page to a screen reader. */}
        <div className="dialog-head">
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
